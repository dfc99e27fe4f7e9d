"""`/api/v1/transcripts/{id}.{extension}`: a transcript as a file."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from transcripts.exports import FORMATS, Format, SubtitleProfile

from .bodies import Query
from .problems import problem, problems

EXTENSIONS = {format.extension: format for format in FORMATS.values()}
_DEFAULT = SubtitleProfile()
_EXAMPLES = {
    "srt": "1\n00:00:00,240 --> 00:00:03,120\nPlease bring two yellow tables for Peter.\n",
    "txt": "Please bring two yellow tables for Peter.\n",
}


def media_type(format: Format) -> str:
    """Without its parameters."""
    return format.media_type.split(";")[0]


def _whole(default: int, low: int, high: int | None, about: str) -> serializers.IntegerField:
    return serializers.IntegerField(
        required=False, min_value=low, max_value=high, help_text=f"{about} Default: {default}."
    )


class ExportQuery(Query):
    """How subtitles are cut and what stands in the file; a format ignores what it has no place for."""

    max_characters = _whole(_DEFAULT.max_characters, 10, 120, "Characters on a line of a subtitle.")
    max_lines = _whole(_DEFAULT.max_lines, 1, 4, "Lines of a subtitle.")
    min_duration_ms = _whole(_DEFAULT.min_duration_ms, 1, None, "Milliseconds that a subtitle stands at least.")
    max_duration_ms = _whole(_DEFAULT.max_duration_ms, 1, None, "Milliseconds that a subtitle stands at most.")
    characters_per_second = serializers.FloatField(
        required=False, min_value=0, help_text=f"Reading speed, above 0. Default: {_DEFAULT.characters_per_second}."
    )
    min_gap_ms = _whole(_DEFAULT.min_gap_ms, 0, None, "Milliseconds between two subtitles.")
    as_segments = serializers.BooleanField(
        required=False, help_text="Each segment is one subtitle, and the figures above do not count. Default: false."
    )
    speakers = serializers.BooleanField(required=False, help_text="With the names of speakers. Default: true.")
    timestamps = serializers.BooleanField(required=False, help_text="A time before each line of text. Default: false.")
    provenance = serializers.BooleanField(
        required=False, help_text="With where the text comes from, in formats that have a place for it. Default: true."
    )


def _content(format: Format) -> Any:
    kind = media_type(format)
    if kind == "application/json":
        return OpenApiTypes.OBJECT
    return OpenApiTypes.STR if "charset" in format.media_type else OpenApiTypes.BINARY


def _answer(format: Format) -> OpenApiResponse:
    example = _EXAMPLES.get(format.name)
    examples = [OpenApiExample(format.name, example)] if example else []
    return OpenApiResponse(_content(format), "The file, to be saved.", examples=examples)


# By status and media type; of two formats of one type the first speaks for both.
FILES: dict[Any, OpenApiResponse] = {
    (200, media_type(format)): _answer(format) for format in reversed(FORMATS.values())
}
NOT_DONE = problem("It is not done.", "The transcript is running: there is nothing to export before it is done.")
EXPORT: dict[str, Any] = {
    "operation_id": "export_transcript",
    "tags": ["Transcripts"],
    "parameters": [
        ExportQuery,
        OpenApiParameter("extension", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(EXTENSIONS)),
    ],
    "responses": {**FILES, **problems(400, 401, 404), 409: NOT_DONE},
}
