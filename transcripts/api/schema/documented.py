"""`/transcribe` and `/transcribe/url`: a contract. Also the transcript as they answer it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from transcripts.models import Status

from .orders import OrderParameters
from .problems import problem, problems


class Word(serializers.Serializer[Any]):
    """One word."""

    word = serializers.CharField()
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")
    probability = serializers.FloatField(help_text="0 to 1.")


class TimedSegment(serializers.Serializer[Any]):
    """A sentence or phrase."""

    id = serializers.IntegerField()
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")
    text = serializers.CharField()
    words = Word(many=True)


class TranscriptionResult(serializers.Serializer[Any]):
    """The five documented keys."""

    text = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_null=True, help_text="ISO 639-1; null where nothing was said.")
    duration = serializers.FloatField(help_text="Seconds of audio.")
    processing_time = serializers.FloatField(help_text="Seconds of work.")
    segments = TimedSegment(many=True, allow_null=True, help_text="null unless include_segments=true.")


class TranscriptState(serializers.Serializer[Any]):
    """Where it stands. The keys of the result stand beside once it is done."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Status.choices)
    progress = serializers.FloatField(help_text="0 to 1.")
    error = serializers.CharField(allow_null=True)
    text = serializers.CharField(required=False, allow_blank=True)
    language = serializers.CharField(required=False, allow_null=True)
    duration = serializers.FloatField(required=False)
    processing_time = serializers.FloatField(required=False)
    segments = TimedSegment(many=True, required=False, allow_null=True)


class Upload(serializers.Serializer[Any]):
    """The multipart body."""

    file = serializers.FileField(help_text="Audio or video: wav, mp3, m4a, ogg, opus, flac, webm, mp4, …")


class UrlRequest(serializers.Serializer[Any]):
    """The JSON body."""

    url = serializers.CharField(max_length=4000, help_text="http or https, on a public address.")


INCLUDE_SEGMENTS = OpenApiParameter(
    "include_segments", OpenApiTypes.BOOL, description="With segments and word times. Default: false."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters: within 24 h the same key gets the same transcript.",
)
CANCEL_ON_DISCONNECT = OpenApiParameter(
    "cancel_on_disconnect",
    OpenApiTypes.BOOL,
    description="Cancel the transcript if this connection ends before it. Default: false.",
)
_PARAMETERS = [
    OrderParameters,
    INCLUDE_SEGMENTS,
    CANCEL_ON_DISCONNECT,
    OpenApiParameter(
        "Prefer", OpenApiTypes.STR, OpenApiParameter.HEADER, description="`respond-async`: answer 202 at once."
    ),
    IDEMPOTENCY_KEY,
]
CANCELLED = problem("It was cancelled while the request waited.", "The transcript was cancelled.")
DELETED = problem("It was deleted while the request waited.", "The recording was deleted while it waited.")
FAILED = problem("Every attempt failed; the reason says how.", "The recording ends in the middle of a word.")
_ERRORS = problems(401, 403, 413, 415, 422, 503, 507) | {
    400: problem(
        "No file, an empty file, an unknown language or task, a refused address.",
        "Unknown language 'englsh'. Did you mean en (English)?",
    ),
    409: problem(
        "It was cancelled while the request waited; or send that Idempotency-Key again.",
        "The transcript was cancelled.",
    ),
    410: DELETED,
    500: FAILED,
}
_ANSWERS = {
    200: OpenApiResponse(
        TranscriptionResult,
        "The words. `X-Transcript-Id` and `Content-Location` say where they stay.",
        examples=[
            OpenApiExample(
                "plain",
                {
                    "text": "Please bring two yellow tables for Peter.",
                    "language": "en",
                    "duration": 3.96,
                    "processing_time": 0.31,
                    "segments": None,
                },
            )
        ],
    ),
    202: OpenApiResponse(TranscriptState, "Not done yet: `Location` says where to ask again."),
}
TRANSCRIBE: dict[str, Any] = {
    "operation_id": "transcribe",
    "tags": ["Transcription"],
    "parameters": _PARAMETERS,
    "request": {"multipart/form-data": Upload},
    "responses": _ANSWERS | _ERRORS,
}
TRANSCRIBE_URL: dict[str, Any] = {
    "operation_id": "transcribe_url",
    "tags": ["Transcription"],
    "parameters": _PARAMETERS,
    "request": UrlRequest,
    "responses": _ANSWERS
    | _ERRORS
    | {
        502: problem("The address did not give the file.", "The server answered 404 instead of the file."),
        504: problem("The address took too long.", "The server took longer than 300 seconds."),
    },
}
