"""What `/docs` says of the OpenAI dialect."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema_field, inline_serializer
from rest_framework import serializers

from transcripts.api.schema.documented import CANCEL_ON_DISCONNECT, IDEMPOTENCY_KEY
from transcripts.api.schema.orders import OrderParameters
from transcripts.models import Task

from . import errors
from .fields import FORMATS, GRANULARITIES, STRATEGIES


class OpenAIErrorDetail(serializers.Serializer[Any]):
    """What is wrong."""

    message = serializers.CharField()
    type = serializers.CharField()
    param = serializers.CharField(allow_null=True, help_text="The field that is wrong.")
    code = serializers.CharField(allow_null=True)


class OpenAIError(serializers.Serializer[Any]):
    """The one shape of every error."""

    error = OpenAIErrorDetail()


class Usage(serializers.Serializer[Any]):
    """What was heard."""

    type = serializers.ChoiceField(choices=["duration"])
    seconds = serializers.IntegerField()


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class _SegmentId(serializers.Field[Any, Any, Any, Any]):
    """A number in `verbose_json`, a name in `diarized_json`."""


class OpenAISegment(serializers.Serializer[Any]):
    """A sentence or phrase: in `verbose_json` with the decoder's figures, in `diarized_json` with its speaker."""

    id = _SegmentId(help_text="A number; in diarized_json a name.")
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")
    text = serializers.CharField()
    seek = serializers.IntegerField(required=False)
    tokens = serializers.ListField(child=serializers.IntegerField(), required=False)
    temperature = serializers.FloatField(required=False)
    avg_logprob = serializers.FloatField(required=False)
    compression_ratio = serializers.FloatField(required=False)
    no_speech_prob = serializers.FloatField(required=False)
    type = serializers.ChoiceField(choices=["transcript.text.segment"], required=False, help_text="diarized_json.")
    speaker = serializers.CharField(required=False, help_text="diarized_json.")


class OpenAIWord(serializers.Serializer[Any]):
    """One word."""

    word = serializers.CharField()
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")


class OpenAILogprob(serializers.Serializer[Any]):
    """How sure the engine is of one word."""

    token = serializers.CharField()
    bytes = serializers.ListField(child=serializers.IntegerField())
    logprob = serializers.FloatField()


class OpenAILanguage(serializers.Serializer[Any]):
    """A language that was heard."""

    code = serializers.CharField(help_text="ISO 639-1.")


class OpenAITranscription(serializers.Serializer[Any]):
    """`json` has the text and the usage, `verbose_json` and `diarized_json` more of it; other formats are text."""

    text = serializers.CharField(allow_blank=True)
    usage = Usage()
    task = serializers.ChoiceField(choices=Task.values, required=False)
    language = serializers.CharField(required=False, allow_blank=True, help_text="Its English name, e.g. english.")
    duration = serializers.FloatField(required=False, help_text="Seconds.")
    segments = OpenAISegment(many=True, required=False)
    words = OpenAIWord(many=True, required=False)
    languages = OpenAILanguage(many=True, required=False, help_text="json of the model gpt-transcribe.")
    logprobs = OpenAILogprob(many=True, required=False, help_text="include[]=logprobs with json.")


class OpenAIModel(serializers.Serializer[Any]):
    """A model, or a name that stands for it."""

    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["model"])
    created = serializers.IntegerField()
    owned_by = serializers.CharField()


def _form(task: Task) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "file": serializers.FileField(help_text="Audio or video."),
        "model": serializers.CharField(help_text="An id or alias of GET /v1/models, e.g. whisper-1."),
        "prompt": serializers.CharField(required=False),
        "response_format": serializers.ChoiceField(choices=FORMATS[task], required=False),
        "temperature": serializers.FloatField(required=False, min_value=0, max_value=1),
    }
    if task == Task.TRANSLATE:
        return fields
    texts = serializers.ListField(child=serializers.CharField(), required=False)
    return fields | {
        "language": serializers.CharField(required=False, help_text="ISO 639-1. Default: detect."),
        "languages[]": texts,
        "keywords[]": texts,
        "timestamp_granularities[]": serializers.ListField(
            child=serializers.ChoiceField(choices=GRANULARITIES), required=False
        ),
        "stream": serializers.BooleanField(required=False),
        "include[]": serializers.ListField(child=serializers.ChoiceField(choices=["logprobs"]), required=False),
        "chunking_strategy": serializers.ChoiceField(choices=STRATEGIES, required=False),
        "chunking_strategy[threshold]": serializers.FloatField(required=False),
        "chunking_strategy[silence_duration_ms]": serializers.IntegerField(required=False),
        "chunking_strategy[prefix_padding_ms]": serializers.IntegerField(required=False),
    }


# Status: when it is given, and an example: message, code, param.
_REFUSED: dict[int, tuple[str, str, str | None, str | None]] = {
    400: (
        "A field that cannot be (`param` names it), or a file that is no audio.",
        "temperature must lie between 0 and 1, not '1.5'.",
        "invalid_value",
        "temperature",
    ),
    401: (
        "No key, or one that is unknown, revoked or expired.",
        "The API key is unknown, revoked or expired.",
        "invalid_api_key",
        None,
    ),
    403: (
        "The key lacks the scope.",
        "This API key lacks the scope transcribe.",
        "insufficient_permissions",
        None,
    ),
    404: (
        "No such model.",
        "The model 'whisper-9' does not exist here. GET /v1/models lists what does.",
        "model_not_found",
        None,
    ),
    409: ("It was cancelled while the request waited.", "The transcript was cancelled.", "cancelled", None),
    410: ("It was deleted while the request waited.", "The recording was deleted while it waited.", "deleted", None),
    413: (
        "Larger than the limit.",
        "The file is larger than 2048 MB, which is the limit here.",
        "file_too_large",
        None,
    ),
    422: (
        "An Idempotency-Key that came before with something else.",
        "This Idempotency-Key came before with another file, address or options. Use a new one.",
        None,
        None,
    ),
    429: (
        "A limit of the key; `retry-after` says when to try again.",
        "This key may send 60 requests a minute. Send it again in 12 seconds.",
        "rate_limit_exceeded",
        None,
    ),
    500: (
        "Every attempt failed.",
        "The recording ends in the middle of a word.",
        "transcription_failed",
        None,
    ),
    503: (
        "The queue is full, or too many streams are open; `retry-after` says when to try again.",
        "The queue is full. Nothing was stored; please send it again in a while.",
        "queue_full",
        None,
    ),
    504: (
        "Not done yet. It goes on: the same file sent again waits for the same transcript.",
        "It is not done yet, and goes on. Send the same file again to wait for it, send stream=true next time, or ask "
        "GET /api/v1/transcripts/0b7e4c1a-6f0e-4a7e-9d53-7f6f5f1f3c10.",
        "still_running",
        None,
    ),
    507: (
        "The disk of the service is full; nothing was stored.",
        "The disk of the service is full. Nothing was stored; please tell the administrator.",
        "disk_full",
        None,
    ),
}


def _refusals(*statuses: int) -> dict[int, OpenApiResponse]:
    found = {}
    for status in statuses:
        when, message, code, param = _REFUSED[status]
        example = OpenApiExample("problem", errors.body(message, status, code=code, param=param))
        found[status] = OpenApiResponse(OpenAIError, when, examples=[example])
    return found


_EXAMPLE = OpenApiExample(
    "json",
    {"text": "Please bring two yellow tables for Peter.", "usage": {"type": "duration", "seconds": 4}},
)


_STREAM = OpenApiResponse(OpenApiTypes.STR, "stream=true.")


def _audio(task: Task, operation: str) -> dict[str, Any]:
    # The dialect's own fields, and the hub's words beside them; the task is the address.
    own = {name: field for name, field in OrderParameters().get_fields().items() if name != "task"}
    serializer = inline_serializer(f"OpenAI{operation.title()}Form", own | _form(task))
    return {
        "operation_id": f"openai_{operation}",
        "tags": ["OpenAI"],
        "parameters": [CANCEL_ON_DISCONNECT, IDEMPOTENCY_KEY],
        "request": {"multipart/form-data": serializer},
        "responses": {
            (200, "application/json"): OpenApiResponse(OpenAITranscription, "The words.", examples=[_EXAMPLE]),
            (200, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "response_format text or srt."),
            (200, "text/vtt"): OpenApiResponse(OpenApiTypes.STR, "response_format vtt."),
        }
        | ({(200, "text/event-stream"): _STREAM} if task == Task.TRANSCRIBE else {})
        | _refusals(*_REFUSED),
    }


TRANSCRIPTIONS = _audio(Task.TRANSCRIBE, "transcription")
TRANSLATIONS = _audio(Task.TRANSLATE, "translation")
_LIST = inline_serializer(  # a class cannot have a field named data
    "OpenAIModels", {"object": serializers.ChoiceField(choices=["list"]), "data": OpenAIModel(many=True)}
)
MODELS: dict[str, Any] = {
    "operation_id": "openai_models",
    "tags": ["OpenAI"],
    "responses": {200: _LIST} | _refusals(401, 403, 429),
}
MODEL: dict[str, Any] = {
    "operation_id": "openai_model",
    "tags": ["OpenAI"],
    "responses": {200: OpenAIModel} | _refusals(401, 403, 404, 429),
}
