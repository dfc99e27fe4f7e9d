"""`/api/v1/search`: every word that was said, and every title."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from transcripts.models import Review

from .bodies import Query
from .problems import problems


class SearchQuery(Query):
    """What to look for, and among which recordings."""

    q = serializers.CharField(
        allow_blank=True, max_length=1000, help_text='Words, "phrases", prefix*, -not, OR. No text is an error.'
    )
    language = serializers.CharField(default="", allow_blank=True, help_text="Code of the language spoken.")
    since = serializers.DateField(required=False, help_text="First day on which the recording came in.")
    until = serializers.DateField(required=False, help_text="Last day, included.")
    speaker = serializers.CharField(default="", allow_blank=True, help_text="Words of a speaker's name.")
    tag = serializers.CharField(default="", allow_blank=True, help_text="In any case.")
    recording = serializers.UUIDField(required=False, help_text="Only this recording: then all its passages.")
    transcript = serializers.UUIDField(required=False, help_text="Only this transcript, also an older one.")
    review = serializers.ChoiceField(Review.choices, required=False)
    uploader = serializers.CharField(default="", allow_blank=True, help_text="User name of who sent it.")
    cursor = serializers.CharField(default="", allow_blank=True, help_text="`next` of the page before.")


class SearchFragment(serializers.Serializer[Any]):
    """A piece of text."""

    text = serializers.CharField()
    marked = serializers.BooleanField(help_text="Whether it is what was looked for.")


class SearchHit(serializers.Serializer[Any]):
    """A passage."""

    segment = serializers.IntegerField(help_text="Index of the segment.")
    start = serializers.FloatField(help_text="Seconds.")
    end = serializers.FloatField(help_text="Seconds.")
    speaker = serializers.CharField(allow_blank=True)
    fragments = SearchFragment(many=True)


class SearchResult(serializers.Serializer[Any]):
    """A recording that fits by its title or by passages of it."""

    recording = serializers.UUIDField()
    transcript = serializers.UUIDField()
    title = SearchFragment(many=True)
    created_at = serializers.DateTimeField()
    duration = serializers.FloatField(allow_null=True, help_text="Seconds.")
    language = serializers.CharField(allow_null=True)
    uploader = serializers.CharField(allow_blank=True)
    hits = SearchHit(many=True, help_text="Some passages, in the order of their time.")
    count = serializers.IntegerField(help_text="Passages that fit.")
    is_least = serializers.BooleanField(help_text="There are, or may be, more than `count`.")


class SearchTotal(serializers.Serializer[Any]):
    """How much was found on all pages."""

    passages = serializers.IntegerField()
    recordings = serializers.IntegerField()


class SearchPage(serializers.Serializer[Any]):
    """Some of what was found, the best first."""

    results = SearchResult(many=True)
    total = SearchTotal(allow_null=True, help_text="null where the words are so common that nobody counted.")
    understood = serializers.BooleanField(help_text="false where nothing was asked for: exclusions are no question.")
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last.")


SEARCH: dict[str, Any] = {
    "operation_id": "search",
    "tags": ["Search"],
    "parameters": [SearchQuery],
    "responses": {200: OpenApiResponse(SearchPage, "What the asker may see of it."), **problems(400, 401)},
}
