"""`/api/v1/detect-language`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from .problems import problem, problems
from .transcripts import MEDIA


class LanguageQuestion(serializers.Serializer[Any]):
    """The multipart body."""

    file = serializers.FileField(help_text=MEDIA)


class DetectedLanguage(serializers.Serializer[Any]):
    """What is spoken."""

    language = serializers.CharField(allow_null=True, help_text="ISO 639-1; null where nobody speaks.")
    name = serializers.CharField(allow_null=True, help_text="In English.")
    probability = serializers.FloatField(help_text="How sure the model is, 0 to 1.")


_EXAMPLE = OpenApiExample("English", {"language": "en", "name": "English", "probability": 0.98})
DETECT: dict[str, Any] = {
    "operation_id": "detect_language",
    "tags": ["Transcripts"],
    "request": {"multipart/form-data": LanguageQuestion},
    "responses": {
        200: OpenApiResponse(DetectedLanguage, "Nothing is kept of it.", examples=[_EXAMPLE]),
        **problems(400, 401, 403, 413, 415, 507),
        503: problem(
            "The queue is full, or no worker could tell in time.",
            "No worker could tell the language in time. Nothing was kept; please ask again in a while.",
        ),
    },
}
