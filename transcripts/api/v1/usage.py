"""`/api/v1/usage`: what the caller's key has used and may use; for the scope `manage`, every key."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import usage
from transcripts.api.authentication import acting
from transcripts.api.pagination import Keyset
from transcripts.api.permissions import Known
from transcripts.api.schema import usage as schema

from .view import View

_BY_KEY = Keyset("id")


class UsageView(View):
    """Usage by key and day."""

    rules = {"GET": Known}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        """One entry for each key. People without the right to manage and trusted networks have no key: none."""
        days = _days(request)
        keys = usage.with_usage(acting(request).accountable_keys(), days)
        return _BY_KEY.answer(request, keys, lambda key: schema.KeyUsage(usage.of(key, days)).data)


def _days(request: Request) -> int:
    text = request.query_params.get("days") or str(usage.DAYS)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= usage.MOST_DAYS):
        raise ParseError(f"days must be a whole number from 1 to {usage.MOST_DAYS}, not {text[:40]!r}.")
    return int(text)
