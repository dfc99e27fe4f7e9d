"""`/health`, `/health/live`, `/health/ready`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class Health(serializers.Serializer[Any]):
    """The service and its queue."""

    status = serializers.ChoiceField(choices=["healthy", "unavailable"])
    model = serializers.CharField(allow_null=True, help_text="The one that is taken where none is named.")
    model_revision = serializers.CharField(allow_null=True, help_text="Its revision, if it is from a model hub.")
    models = serializers.ListField(child=serializers.CharField(), help_text="Names that a request may give as `model`.")
    device = serializers.CharField(allow_null=True, help_text="For example cuda (Quadro M4000), or cpu.")
    gpu_available = serializers.BooleanField()
    compute_type = serializers.CharField(allow_null=True)
    workers = serializers.IntegerField(help_text="Workers that reported within the last seconds.")
    running = serializers.IntegerField(help_text="Recordings in work.")
    queue_depth = serializers.IntegerField(help_text="Recordings that wait.")
    oldest_waiting_seconds = serializers.FloatField()
    version = serializers.CharField()
    note = serializers.CharField(required=False, help_text="What a person should know, e.g. that the demo model runs.")


class Live(serializers.Serializer[Any]):
    """The process answers."""

    status = serializers.ChoiceField(choices=["live"])


class Check(serializers.Serializer[Any]):
    """One thing that must work."""

    ok = serializers.BooleanField()
    detail = serializers.CharField(help_text="How it stands, in words.")


class Checks(serializers.Serializer[Any]):
    """Everything that must work."""

    database = Check()
    queue = Check()
    storage = Check(help_text="Whether a file can be written to it.")
    disk = Check(help_text="Whether there is room for uploads.")
    worker = Check(help_text="Whether one has reported within the last seconds.")


class Ready(serializers.Serializer[Any]):
    """Whether a recording could be taken, stored and transcribed now."""

    status = serializers.ChoiceField(choices=["ready", "not ready"])
    checks = Checks()


HEALTH: dict[str, Any] = {
    "operation_id": "health",
    "tags": ["Service"],
    "auth": [],
    "responses": {200: Health, 503: OpenApiResponse(Health, "No live worker.")},
}
LIVE: dict[str, Any] = {
    "operation_id": "health_live",
    "tags": ["Service"],
    "auth": [],
    "responses": {200: Live},
}
READY: dict[str, Any] = {
    "operation_id": "health_ready",
    "tags": ["Service"],
    "auth": [],
    "responses": {200: Ready, 503: OpenApiResponse(Ready, "Something that must work does not.")},
}
