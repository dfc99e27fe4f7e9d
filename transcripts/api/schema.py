"""What `/docs` says of every route: parameters, answers, errors and examples."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from transcripts.models import Priority, Status, Task
from transcripts.orders import PROFILES


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself by being defined
    """Both headers that carry a key."""

    target_class = "transcripts.api.authentication.KeyAuthentication"
    name = ["bearerKey", "headerKey"]  # the library's own attribute

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Either of them: one entry for each, where one entry with both would ask for both."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """`Authorization: Bearer KEY` and `X-API-Key: KEY`."""
        return [{"type": "http", "scheme": "bearer"}, {"type": "apiKey", "in": "header", "name": "X-API-Key"}]


class TrustedNetworkScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Nothing to send: the address decides."""

    target_class = "transcripts.api.authentication.TrustedNetworkAuthentication"
    name: list[str] = []

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[Any]]:
        """No credential."""
        return {}

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, str]]:
        """OpenAPI has no word for addresses."""
        return []


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


class Problem(serializers.Serializer[Any]):
    """What is wrong, in words."""

    detail = serializers.CharField()


class Upload(serializers.Serializer[Any]):
    """The multipart body."""

    file = serializers.FileField(help_text="Audio or video: wav, mp3, m4a, ogg, opus, flac, webm, mp4, …")


class UrlRequest(serializers.Serializer[Any]):
    """The JSON body."""

    url = serializers.CharField(max_length=4000, help_text="http or https, on a public address.")


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


_INCLUDE_SEGMENTS = OpenApiParameter(
    "include_segments", OpenApiTypes.BOOL, description="With segments and word times. Default: false."
)
_PARAMETERS = [
    OpenApiParameter("language", OpenApiTypes.STR, description="ISO 639-1 code or English name. Default: detect."),
    OpenApiParameter("task", OpenApiTypes.STR, enum=Task.values, description="Default: transcribe."),
    _INCLUDE_SEGMENTS,
    OpenApiParameter("languages", OpenApiTypes.STR, description="What detection may choose from, comma-separated."),
    OpenApiParameter("multilingual", OpenApiTypes.BOOL, description="Detect the language of every window."),
    OpenApiParameter("prompt", OpenApiTypes.STR, description="What was said before, or names to spell that way."),
    OpenApiParameter("hotwords", OpenApiTypes.STR, description="Names and terms to expect."),
    OpenApiParameter("profile", OpenApiTypes.STR, enum=PROFILES, description="careful: with what was said before."),
    OpenApiParameter("channels", OpenApiTypes.BOOL, description="A stereo file has one speaker per channel."),
    OpenApiParameter("temperature", OpenApiTypes.NUMBER, description="Of the first decoding, 0 to 1."),
    OpenApiParameter("clip_start", OpenApiTypes.NUMBER, description="Seconds before which nothing is heard."),
    OpenApiParameter("clip_end", OpenApiTypes.NUMBER, description="Seconds after which nothing is heard."),
    OpenApiParameter("priority", OpenApiTypes.STR, enum=Priority.values, description="Default: normal."),
    OpenApiParameter(
        "Prefer", OpenApiTypes.STR, OpenApiParameter.HEADER, description="`respond-async`: answer 202 at once."
    ),
    OpenApiParameter(
        "Idempotency-Key",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description="1 to 255 visible ASCII characters: within 24 h the same key gets the same transcript.",
    ),
]
_ERRORS = {
    400: OpenApiResponse(Problem, "No file, an empty file, an unknown language or task, a refused address."),
    401: OpenApiResponse(Problem, "No key, or one that is unknown, revoked or expired."),
    403: OpenApiResponse(Problem, "The key lacks the scope."),
    409: OpenApiResponse(Problem, "It was cancelled while the request waited; or send that Idempotency-Key again."),
    410: OpenApiResponse(Problem, "It was deleted while the request waited."),
    413: OpenApiResponse(Problem, "Larger than the limit."),
    415: OpenApiResponse(Problem, "Not audio or video, or without an audio stream."),
    422: OpenApiResponse(Problem, "This Idempotency-Key came before with another request."),
    500: OpenApiResponse(Problem, "Every attempt failed; the reason says how."),
    507: OpenApiResponse(Problem, "The disk of the service is full; nothing was stored."),
    503: OpenApiResponse(Problem, "The queue is full; `Retry-After` says when to try again."),
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
        502: OpenApiResponse(Problem, "The address did not give the file."),
        504: OpenApiResponse(Problem, "The address took too long."),
    },
}
TRANSCRIPT: dict[str, Any] = {
    "operation_id": "transcript",
    "tags": ["Transcription"],
    "parameters": [_INCLUDE_SEGMENTS],
    "responses": {
        200: TranscriptState,
        400: OpenApiResponse(Problem, "A parameter that cannot be read."),
        401: _ERRORS[401],
        404: OpenApiResponse(Problem, "No such transcript, or not yours."),
    },
}
HEALTH: dict[str, Any] = {
    "operation_id": "health",
    "tags": ["Service"],
    "auth": [],
    "responses": {200: Health, 503: OpenApiResponse(Health, "No live worker.")},
}
