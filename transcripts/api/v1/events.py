"""`/api/v1/transcripts/{id}/events`: what happens to a transcript, as server-sent events."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts.api.connection import has_gone
from transcripts.api.permissions import Known
from transcripts.api.places import Place, PlacedStream, event_stream
from transcripts.api.representations import seconds, standing
from transcripts.api.schema import events as schema
from transcripts.following import follow
from transcripts.models import Status, Transcript

from . import representations
from .view import View, visible

# A comment this often: proxies close a connection that says nothing for a minute.
KEEP_ALIVE_SECONDS = 15.0
# A client whose stream has ended by itself comes back after so long.
RECONNECT_MS = 1000
_FORM = re.compile(r"(?P<after>\d{1,9})-(?P<status>[a-z]{0,12})(?:-(?P<edition>\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Told:
    """How much a client knows: the first `after` segments of the text after the edit `edition`, and the status."""

    after: int = 0
    status: str = ""
    edition: int = 0

    def __str__(self) -> str:
        return f"{self.after}-{self.status}" + (f"-{self.edition}" if self.edition else "")

    @classmethod
    def last(cls, request: Request) -> Self:
        """From the header that a browser sends by itself. What is no id of ours means nothing: from the beginning."""
        found = _FORM.fullmatch(request.headers.get("Last-Event-ID", ""))
        return cls(int(found["after"]), found["status"], int(found["edition"] or 0)) if found else cls()

    def is_all(self, transcript: Transcript) -> bool:
        """Whether nothing more will come."""
        is_whole = self.edition == transcript.edit_count
        return is_whole and not transcript.is_open and self.status == transcript.status


class EventsView(View):
    """The stream."""

    rules = {"GET": Known}

    @extend_schema(**schema.FOLLOW)
    def get(self, request: Request, transcript_id: UUID) -> Response | StreamingHttpResponse:
        """Where it stands now, then every change, until it has ended or the stream is old; then come again."""
        transcript, told = visible(request, transcript_id), Told.last(request)
        if told.is_all(transcript):
            return Response(status=status.HTTP_204_NO_CONTENT)  # tells a browser not to come again
        with Place() as place:
            return event_stream(PlacedStream(_events(request, transcript_id, told), place))


def _events(request: Request, transcript_id: UUID, told: Told) -> Generator[bytes]:
    yield f"retry: {RECONNECT_MS}\n\n".encode()
    row: Transcript | None = None
    done_ms = -1
    for change in follow(
        transcript_id,
        after=told.after,
        edition=told.edition,
        keep_alive_seconds=KEEP_ALIVE_SECONDS,
        deadline_seconds=settings.STREAM_SECONDS,
    ):
        if change.quiet:
            if has_gone(request):
                return
            yield b": still at work\n\n"
            continue
        row = change.transcript
        if row is None:
            yield _event("status", {"id": str(transcript_id), "status": "deleted", "progress": 0.0, "error": None})
            return
        if change.edition != told.edition:  # another text: all of it is told
            told = Told(edition=change.edition)
        if row.is_open and told.status != row.status:
            told = replace(told, status=row.status)
            yield _event("status", standing(row), told)
        for segment in change.segments:
            told = replace(told, after=told.after + 1)
            yield _event("segment", representations.segment(segment), told)
        if row.is_open and row.status == Status.RUNNING and row.transcribed_ms != done_ms:
            done_ms = row.transcribed_ms
            yield _event("progress", _progress(row), told)
    # Its end is the last word: what a client has seen with it is the whole text.
    if row is not None and not row.is_open and told.status != row.status:
        yield _event("status", standing(row), replace(told, status=row.status))


def _progress(row: Transcript) -> dict[str, Any]:
    length = row.recording.duration_ms
    return {
        "progress": round(row.progress, 3),
        "transcribed": seconds(row.transcribed_ms),
        "duration": None if length is None else seconds(length),
    }


def _event(name: str, data: dict[str, Any], told: Told | None = None) -> bytes:
    """JSON leaves no line break in the data."""
    identity = f"id: {told}\n" if told else ""
    return f"{identity}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
