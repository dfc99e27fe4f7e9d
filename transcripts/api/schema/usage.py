"""`/api/v1/usage`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from transcripts.models import ApiKey
from transcripts.models.api_key import LIMITS
from transcripts.usage import DAYS, MOST_DAYS

from .pages import PageQuery, page_of
from .problems import problems


class UsageLimits(serializers.ModelSerializer[ApiKey]):
    """What the key is held to; null is unlimited."""

    class Meta:
        model = ApiKey
        fields = LIMITS


class UsageKey(serializers.ModelSerializer[ApiKey]):
    """Which key."""

    class Meta:
        model = ApiKey
        fields = ("id", "name", "prefix")


class UsageSum(serializers.Serializer[Any]):
    """A sum over some days."""

    requests = serializers.IntegerField()
    transcripts = serializers.IntegerField(help_text="That were taken in.")
    audio_seconds = serializers.SerializerMethodField(help_text="Seconds of audio that were taken in.")

    def get_audio_seconds(self, row: Any) -> float:
        """Milliseconds become seconds here."""
        return float(round(row.audio_ms / 1000, 3))


class UsageDay(UsageSum):
    """One day, in the hub's time zone."""

    day = serializers.DateField()


class KeyUsage(serializers.Serializer[Any]):
    """One key's usage."""

    key = UsageKey()
    limits = UsageLimits(source="key")
    today = UsageSum()
    month = UsageSum(help_text="This month up to now.")
    days = UsageDay(many=True, help_text="Days with something to count, the newest first.")


class UsageQuery(PageQuery):
    """Which page, and how far back."""

    days = serializers.IntegerField(
        default=DAYS, min_value=1, max_value=MOST_DAYS, help_text="How many days are listed, with today."
    )


LIST: dict[str, Any] = {
    "operation_id": "get_usage",
    "tags": ["Keys"],
    "parameters": [UsageQuery],
    "responses": {200: page_of(KeyUsage), **problems(400, 401)},
}
