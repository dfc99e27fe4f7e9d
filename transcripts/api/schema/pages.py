"""Lists: `limit` and `cursor` in, a page and the cursor of the next one out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from transcripts.api.pagination import DEFAULT_LIMIT, MOST

PAGE_PARAMETERS = [
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
        description="Entries on a page.",
    ),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before. Default: the first page."),
]


def page_of(entry: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """The answer of a list of `entry`."""
    fields = {
        "results": entry(many=True),
        "next": serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last."),
    }
    return inline_serializer(f"{entry.__name__}Page", fields)
