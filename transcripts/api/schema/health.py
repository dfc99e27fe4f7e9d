"""`/health`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class Health(serializers.Serializer[Any]):
    """The service and its queue."""

    status = serializers.ChoiceField(choices=["healthy", "unavailable"])
    model = serializers.CharField(allow_null=True)
    device = serializers.CharField(allow_null=True, help_text="For example cuda (Quadro M4000), or cpu.")
    gpu_available = serializers.BooleanField()
    compute_type = serializers.CharField(allow_null=True)
    workers = serializers.IntegerField(help_text="Workers that reported within the last seconds.")
    running = serializers.IntegerField(help_text="Recordings in work.")
    queue_depth = serializers.IntegerField(help_text="Recordings that wait.")
    oldest_waiting_seconds = serializers.FloatField()
    version = serializers.CharField()
    note = serializers.CharField(required=False, help_text="What a person should know, e.g. that the demo model runs.")


HEALTH: dict[str, Any] = {
    "operation_id": "health",
    "tags": ["Service"],
    "auth": [],
    "responses": {200: Health, 503: OpenApiResponse(Health, "No live worker.")},
}
