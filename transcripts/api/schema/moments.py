"""Moments in query strings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

# Outside of these a moment is none in some time zone or database, and no recording was made then.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class Moment(serializers.DateTimeField):
    """An ISO 8601 date and time; without an offset in the hub's time zone."""

    def to_internal_value(self, value: Any) -> datetime:
        """With a time zone."""
        found = super().to_internal_value(value)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            self.fail("overflow", timezone="UTC")
        return found
