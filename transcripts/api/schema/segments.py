"""`/api/v1/transcripts/{id}/segments`: the text in pieces, each with the version that a change has to name."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from transcripts.editing.lines import NAME_LENGTH, TEXT_LENGTH
from transcripts.models import Edit

from .bodies import Body, Count, Text
from .documented import Word
from .pages import PageQuery, page_of
from .problems import problem, problems


class Segment(serializers.Serializer[Any]):
    """A sentence or phrase as it stands now. Times are seconds."""

    index = serializers.IntegerField(
        help_text="Its name within the transcript; a split gives the second part a new one."
    )
    version = serializers.IntegerField(help_text="Counts its rows: who changes it names the version that they saw.")
    start = serializers.FloatField()
    end = serializers.FloatField()
    text = serializers.CharField(allow_blank=True)
    speaker = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True, help_text="Of these words, where it was detected per window.")
    words = Word(many=True)
    flags = serializers.ListField(child=serializers.CharField(), help_text="Doubts of the engine, e.g. repetition.")


class SegmentVersion(Segment):
    """One wording that a segment had, and who wrote it."""

    kind = serializers.ChoiceField(choices=[("machine", "heard by the engine"), *Edit.Kind.choices])
    author = serializers.CharField(allow_null=True, help_text="User name, or name of the key; null for the engine.")
    at = serializers.DateTimeField(allow_null=True)


class SegmentChange(Body):
    """The new wording, the speaker, or both."""

    version = Count(min_value=1, max_value=2**31 - 1, help_text="The version that was seen.")
    text = Text(required=False, allow_blank=True, max_length=TEXT_LENGTH, help_text="Without spaces around it.")
    speaker = Text(required=False, allow_blank=True, max_length=NAME_LENGTH, help_text="Empty for nobody.")


class SegmentConflict(serializers.Serializer[Any]):
    """Somebody was faster."""

    detail = serializers.CharField()
    segments = Segment(many=True, required=False, help_text="What stands there now.")


_TAGS = ["Segments"]
LIST: dict[str, Any] = {
    "operation_id": "list_segments",
    "tags": _TAGS,
    "parameters": [PageQuery],
    "responses": {200: page_of(Segment), **problems(400, 401, 404)},
}
CHANGE: dict[str, Any] = {
    "operation_id": "change_segment",
    "tags": _TAGS,
    "request": SegmentChange,
    "examples": [OpenApiExample("correct", {"version": 1, "text": "Good morning, Ms Okafor."}, request_only=True)],
    "responses": {
        200: OpenApiResponse(Segment, "As it stands now, with its new version."),
        **problems(400, 401, 403, 404, 413, 415),
        409: OpenApiResponse(SegmentConflict, "Somebody has changed the same meanwhile, or it is not transcribed yet."),
        423: problem("Approved: locked.", "This text is approved. Reopen it before changing anything."),
    },
}
HISTORY: dict[str, Any] = {
    "operation_id": "segment_history",
    "tags": _TAGS,
    "parameters": [PageQuery],
    "responses": {200: page_of(SegmentVersion), **problems(400, 401, 404)},
}
