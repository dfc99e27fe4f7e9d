"""The orders of the library, and places in them. A place names the row that stands there, not how many precede it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from transcripts.models import Recording

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What an integer column of either database holds.
_LARGEST = 2**63 - 1


class BadPlace(ValueError):
    """A text that names no place in this order."""


class Sort(Enum):
    """By what. Among equals the id decides, in the same direction, so that one index serves an order from both ends."""

    NEWEST = ("created_at", True)
    OLDEST = ("created_at", False)
    TITLE = ("title_key", False)
    LONGEST = ("length_key", True)
    SHORTEST = ("length_key", False)
    DELETED = ("deleted_at", True)

    def __init__(self, column: str, is_descending: bool) -> None:
        self.column = column
        self.is_descending = is_descending

    def ordered(self, rows: QuerySet[Recording]) -> QuerySet[Recording]:
        """`rows` in this order."""
        return rows.order_by(*(f"-{name}" if self.is_descending else name for name in (self.column, "id")))

    def after(self, place: Place) -> Q:
        """What stands behind `place`."""
        beyond = "lt" if self.is_descending else "gt"
        # The first condition alone lets the index find the place; the second parts rows that are equal.
        return Q(**{f"{self.column}__{beyond}e": place.key}) & (
            Q(**{f"{self.column}__{beyond}": place.key}) | Q(**{f"id__{beyond}": place.id})
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recording stands: what it is sorted by there, and its id."""

    key: Any
    id: UUID

    @classmethod
    def of(cls, recording: Recording, sort: Sort) -> Self:
        """Where `recording` stands in this order."""
        return cls(getattr(recording, sort.column), recording.pk)

    def __str__(self) -> str:
        key = (self.key - _EPOCH) // timedelta(microseconds=1) if isinstance(self.key, datetime) else self.key
        written = json.dumps([key, self.id.hex], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, sort: Sort) -> Self:
        """The reverse of `str`. Raises BadPlace for anything else."""
        try:
            key, identity = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
            return cls(_key(key, sort), UUID(hex=identity))
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise BadPlace(_("This page of the list does not exist.")) from error


def _key(key: object, sort: Sort) -> str | int | datetime:
    if sort is Sort.TITLE:
        if not isinstance(key, str) or "\x00" in key:
            raise ValueError(key)
        key.encode()  # a lone surrogate is no text that a database takes
        return key
    if not isinstance(key, int) or not 0 <= key <= _LARGEST:
        raise ValueError(key)
    return key if sort.column == "length_key" else _EPOCH + timedelta(microseconds=key)
