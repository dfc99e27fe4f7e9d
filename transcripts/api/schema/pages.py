"""Lists: `limit` and `cursor` in, a page and the cursor of the next one out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from .bodies import Query

DEFAULT_LIMIT = 50
MOST = 200


class PageQuery(Query):
    """Which page of a list."""

    limit = serializers.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MOST, help_text="Entries on a page.")
    cursor = serializers.CharField(
        default="", allow_blank=True, help_text="`next` of the page before. Default: the first page."
    )


def page_of(entry: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """The answer of a list of `entry`."""
    fields = {
        "results": entry(many=True),
        "next": serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last."),
    }
    return inline_serializer(f"{entry.__name__}Page", fields)
