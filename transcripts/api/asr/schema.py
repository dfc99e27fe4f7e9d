"""What `/docs` says of whisper-asr-webservice's dialect."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from transcripts.api.schema.documented import CANCEL_ON_DISCONNECT, CANCELLED, DELETED, FAILED, IDEMPOTENCY_KEY
from transcripts.api.schema.orders import OrderParameters
from transcripts.api.schema.problems import problem, problems
from transcripts.models import Task

from .outputs import OUTPUTS

_FORM = {"multipart/form-data": inline_serializer("AsrForm", {"audio_file": serializers.FileField()})}
_ENCODE = OpenApiParameter(
    "encode", OpenApiTypes.BOOL, description="false: the file is bare samples, 16 bit, 16 kHz, mono. Default: true."
)
_ERRORS = problems(400, 401, 403, 413, 415, 503, 507) | {
    404: problem("The dialect is switched off.", "This dialect is switched off (WHISPERHUB_ASR_DIALECT).")
}
ASR: dict[str, Any] = {
    "operation_id": "asr",
    "tags": ["whisper-asr-webservice"],
    "parameters": [
        OrderParameters,
        _ENCODE,
        OpenApiParameter("task", OpenApiTypes.STR, enum=Task.values, description="Default: transcribe."),
        OpenApiParameter("language", OpenApiTypes.STR, description="ISO 639-1 code. Default: detect."),
        OpenApiParameter("initial_prompt", OpenApiTypes.STR, description="What was said before."),
        OpenApiParameter("vad_filter", OpenApiTypes.BOOL, description="Only speech is heard here, with or without it."),
        OpenApiParameter("word_timestamps", OpenApiTypes.BOOL, description="Word times in the JSON. Default: false."),
        OpenApiParameter("output", OpenApiTypes.STR, enum=OUTPUTS, description="Default: txt."),
        CANCEL_ON_DISCONNECT,
        IDEMPOTENCY_KEY,
    ],
    "request": _FORM,
    "responses": {(200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "The file.")}
    | _ERRORS
    | problems(422)
    | {
        409: CANCELLED,
        410: DELETED,
        500: FAILED,
        504: problem(
            "Not done in time. It goes on; the words say where.",
            "It is not done yet, and goes on: GET /api/v1/transcripts/0b7e4c1a-6f0e-4a7e-9d53-7f6f5f1f3c10.",
        ),
    },
}
DETECT_LANGUAGE: dict[str, Any] = {
    "operation_id": "asr_detect_language",
    "tags": ["whisper-asr-webservice"],
    "parameters": [_ENCODE],
    "request": _FORM,
    "responses": {
        200: inline_serializer(
            "AsrLanguage",
            {
                "detected_language": serializers.CharField(allow_null=True, help_text="English name; null: no speech."),
                "language_code": serializers.CharField(allow_null=True),
                "confidence": serializers.FloatField(help_text="0 to 1."),
            },
        )
    }
    | _ERRORS,
}
