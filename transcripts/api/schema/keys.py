"""`/api/v1/keys`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from transcripts.models import ApiKey, Scope
from transcripts.models.api_key import LIMITS

from .bodies import Body, Count, Text
from .pages import PageQuery, page_of
from .problems import problems

# What a column of each kind can hold.
_MOST, _MOST_BYTES = 2**31 - 1, 2**63 - 1


class Key(serializers.ModelSerializer[ApiKey]):
    """A key, without the key itself. A limit of null is none."""

    usable = serializers.BooleanField(source="is_usable", help_text="Neither revoked nor expired.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.values))

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = (
            "id",
            "name",
            "prefix",
            "scopes",
            "usable",
            "created_at",
            "last_used_at",
            "expires_at",
            "revoked_at",
            *LIMITS,
        )


class MadeKey(Key):
    """A key that was made just now."""

    key = serializers.SerializerMethodField(help_text="The key itself, shown this once.")

    class Meta(Key.Meta):
        fields = ("key", *Key.Meta.fields)

    def get_key(self, row: ApiKey) -> str:
        """From the context: the row does not know it."""
        return str(self.context["key"])


class _Limits(Body):
    requests_per_minute = Count(min_value=1, max_value=_MOST, required=False, allow_null=True)
    concurrent_transcripts = Count(min_value=1, max_value=_MOST, required=False, allow_null=True)
    audio_minutes_per_day = Count(min_value=1, max_value=_MOST, required=False, allow_null=True)
    audio_minutes_per_month = Count(min_value=1, max_value=_MOST, required=False, allow_null=True)
    max_file_bytes = Count(min_value=1, max_value=_MOST_BYTES, required=False, allow_null=True)
    max_duration_seconds = Count(min_value=1, max_value=_MOST, required=False, allow_null=True)


class _Scopes(serializers.ListField):
    child = serializers.ChoiceField(choices=Scope.values)

    def to_internal_value(self, data: Any) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(super().to_internal_value(data)))


class NewKey(_Limits):
    """A key to be made."""

    name = Text(max_length=100, help_text="Which program uses it.")
    scopes = _Scopes(allow_empty=False, required=False, help_text="Default: transcribe.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Default: never.")


class KeyChange(_Limits):
    """What is left out stays as it is; null lifts a limit."""

    name = Text(max_length=100, required=False)
    scopes = _Scopes(allow_empty=False, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


_EXAMPLE = OpenApiExample(
    "werify",
    {"name": "Werify", "scopes": ["transcribe"], "requests_per_minute": 120, "audio_minutes_per_day": 600},
    request_only=True,
)
LIST: dict[str, Any] = {
    "operation_id": "list_keys",
    "tags": ["Keys"],
    "parameters": [PageQuery],
    "responses": {200: page_of(Key), **problems(400, 401, 403)},
}
CREATE: dict[str, Any] = {
    "operation_id": "create_key",
    "tags": ["Keys"],
    "request": NewKey,
    "examples": [_EXAMPLE],
    "responses": {
        201: OpenApiResponse(MadeKey, "Made; `key` is shown this once."),
        **problems(400, 401, 403, 413, 415),
    },
}
GET: dict[str, Any] = {
    "operation_id": "get_key",
    "tags": ["Keys"],
    "responses": {200: Key, **problems(401, 403, 404)},
}
CHANGE: dict[str, Any] = {
    "operation_id": "change_key",
    "tags": ["Keys"],
    "request": KeyChange,
    "responses": {200: Key, **problems(400, 401, 403, 404, 413, 415)},
}
REVOKE: dict[str, Any] = {
    "operation_id": "revoke_key",
    "tags": ["Keys"],
    "responses": {204: OpenApiResponse(description="It opens nothing from now on."), **problems(401, 403, 404)},
}
