"""What `/docs` says of the OpenAI dialect."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, inline_serializer
from rest_framework import serializers

from transcripts.api.schema.documented import CANCEL_ON_DISCONNECT, IDEMPOTENCY_KEY
from transcripts.api.schema.orders import OrderParameters
from transcripts.models import Task

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


class OpenAISegment(serializers.Serializer[Any]):
    """A sentence or phrase, with the decoder's figures."""

    id = serializers.IntegerField()
    seek = serializers.IntegerField()
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")
    text = serializers.CharField()
    tokens = serializers.ListField(child=serializers.IntegerField())
    temperature = serializers.FloatField()
    avg_logprob = serializers.FloatField()
    compression_ratio = serializers.FloatField()
    no_speech_prob = serializers.FloatField()


class OpenAIWord(serializers.Serializer[Any]):
    """One word."""

    word = serializers.CharField()
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")


class OpenAITranscription(serializers.Serializer[Any]):
    """`json` has the text and the usage, `verbose_json` all of it; other formats are text."""

    text = serializers.CharField(allow_blank=True)
    usage = Usage()
    task = serializers.ChoiceField(choices=Task.values, required=False)
    language = serializers.CharField(required=False, allow_blank=True, help_text="Its English name, e.g. english.")
    duration = serializers.FloatField(required=False, help_text="Seconds.")
    segments = OpenAISegment(many=True, required=False)
    words = OpenAIWord(many=True, required=False)


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


def _refusal(description: str) -> OpenApiResponse:
    return OpenApiResponse(OpenAIError, description)


_WHO = {
    401: _refusal("No key, or one that is unknown, revoked or expired."),
    403: _refusal("The key lacks the scope."),
    429: _refusal("A limit of the key; `retry-after` says when to try again."),
}
_REFUSALS = _WHO | {
    400: _refusal("A field that cannot be (`param` names it), or a file that is no audio."),
    404: _refusal("No such model."),
    409: _refusal("It was cancelled while the request waited."),
    410: _refusal("It was deleted while the request waited."),
    413: _refusal("Larger than the limit."),
    422: _refusal("An Idempotency-Key that came before with something else."),
    500: _refusal("Every attempt failed."),
    503: _refusal("The queue is full, or too many streams are open; `retry-after` says when to try again."),
    504: _refusal("Not done yet. It goes on: the same file sent again waits for the same transcript."),
    507: _refusal("The disk of the service is full; nothing was stored."),
}
_EXAMPLE = OpenApiExample(
    "json",
    {"text": "Please bring two yellow tables for Peter.", "usage": {"type": "duration", "seconds": 4}},
)


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
            (200, "text/event-stream"): OpenApiResponse(OpenApiTypes.STR, "stream=true."),
        }
        | _REFUSALS,
    }


TRANSCRIPTIONS = _audio(Task.TRANSCRIBE, "transcription")
TRANSLATIONS = _audio(Task.TRANSLATE, "translation")
_LIST = inline_serializer(  # a class cannot have a field named data
    "OpenAIModels", {"object": serializers.ChoiceField(choices=["list"]), "data": OpenAIModel(many=True)}
)
MODELS: dict[str, Any] = {
    "operation_id": "openai_models",
    "tags": ["OpenAI"],
    "responses": {200: _LIST} | _WHO,
}
MODEL: dict[str, Any] = {
    "operation_id": "openai_model",
    "tags": ["OpenAI"],
    "responses": {200: OpenAIModel, 404: _refusal("No such model.")} | _WHO,
}
