"""`/api/v1/usage`: what the caller's key has used and may use; for the scope `manage`, every key."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import usage
from transcripts.api.authentication import acting
from transcripts.api.pagination import Keyset
from transcripts.api.permissions import Known
from transcripts.api.schema import usage as schema

from .view import View, read_query

_BY_KEY = Keyset("id")


class UsageView(View):
    """Usage by key and day."""

    rules = {"GET": Known}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        """One entry for each key. People without the right to manage and trusted networks have no key: none."""
        query = read_query(request, schema.UsageQuery)
        days = query["days"]
        keys = usage.with_usage(acting(request).accountable_keys(), days)
        return _BY_KEY.answer(keys, query, lambda key: schema.KeyUsage(usage.of(key, days)).data)
