"""`/api/v1/search`: every word that was said, and every title, among what the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import search
from transcripts.api.authentication import acting
from transcripts.api.permissions import Known
from transcripts.api.representations import seconds
from transcripts.api.schema import search as schema

from .view import View, read_query


class SearchView(View):
    """The door."""

    rules = {"GET": Known}

    @extend_schema(**schema.SEARCH)
    def get(self, request: Request) -> Response:
        """Find recordings by what was said in them or by their title."""
        query = read_query(request, schema.SearchQuery)
        words, cursor = query.pop("q"), query.pop("cursor")
        try:
            page = search.search(words, acting(request), search.Filters(**query), cursor)
        except search.UnknownCursor as error:
            raise ParseError(str(error)) from error
        return Response(
            {
                "results": [_recording(found) for found in page.recordings],
                "total": None if page.total is None else asdict(page.total),
                "understood": page.is_understood,
                "next": page.following,
            }
        )


def _recording(found: search.RecordingHits) -> dict[str, Any]:
    return {
        "recording": found.recording_id,
        "transcript": found.transcript_id,
        "title": _fragments(found.title),
        "created_at": found.created_at,
        "duration": None if found.duration_ms is None else seconds(found.duration_ms, 2),
        "language": found.language or None,
        "uploader": found.uploader,
        "hits": [_hit(hit) for hit in found.hits],
        "count": found.count,
        "is_least": found.is_least,
    }


def _hit(hit: search.Hit) -> dict[str, Any]:
    return {
        "segment": hit.segment,
        "start": seconds(hit.start_ms),
        "end": seconds(hit.end_ms),
        "speaker": hit.speaker,
        "fragments": _fragments(hit.fragments),
    }


def _fragments(fragments: Sequence[search.Fragment]) -> list[dict[str, Any]]:
    return [asdict(fragment) for fragment in fragments]
