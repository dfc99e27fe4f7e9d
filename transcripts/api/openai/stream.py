"""`stream=true`: server-sent events, a delta for every segment as its window is done, and the whole text at the end."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.request import Request

from transcripts import attendance
from transcripts.api.connection import CANCEL_LOOK_SECONDS, has_gone
from transcripts.api.places import Place, PlacedStream, event_stream
from transcripts.following import follow
from transcripts.models import Segment, Status, Transcript

from . import answers
from .errors import bad_end, body
from .fields import Wanted

# A comment this often: proxies close a connection that says nothing for a minute, and so does who reads it.
KEEP_ALIVE_SECONDS = 10.0
# No stream holds its thread for ever, not even over a queue that nobody serves.
DEADLINE_SECONDS = 6 * 3600.0
# Not an event: readers skip it, and their clocks start anew. The dialect has no event for progress.
COMMENT = b": still at work\n\n"


def stream(
    request: Request, transcript: Transcript, wanted: Wanted, place: Place, *, cancels: bool
) -> StreamingHttpResponse:
    """The events of one transcript from now to its end; who `cancels` wants it no longer when the connection ends."""
    return event_stream(PlacedStream(_events(request, transcript, wanted, cancels=cancels), place))


def _events(request: Request, transcript: Transcript, wanted: Wanted, *, cancels: bool) -> Generator[bytes]:
    """The server closes this when the client has gone, or we do when we see it."""
    teller = _Teller(wanted)
    row: Transcript | None = transcript
    told_end = False
    try:
        for change in follow(
            transcript.pk,
            keep_alive_seconds=CANCEL_LOOK_SECONDS if cancels else KEEP_ALIVE_SECONDS,
            deadline_seconds=DEADLINE_SECONDS,
        ):
            if change.quiet and has_gone(request):
                return
            row = change.transcript
            yield from teller.events(change.segments)
        yield _end(row, teller, wanted)
        told_end = True
        if cancels and row is not None and row.is_open:  # its client is told to come back for it
            attendance.join(row.pk, cancels=False)
    finally:
        if cancels and not told_end:
            attendance.leave(transcript.pk)


class _Teller:
    """What has been told so far, so that the deltas in a row are the text of the last event."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._begun = False
        self.words: list[dict[str, Any]] = []

    def events(self, segments: tuple[Segment, ...]) -> Iterator[bytes]:
        """Their events; a comment where there is none."""
        if not segments:
            yield COMMENT
        for segment in segments:
            yield from self._events(segment)

    def _events(self, segment: Segment) -> Iterator[bytes]:
        text = segment.text if self._begun else segment.text.lstrip()
        if not text:
            return
        self._begun = True
        delta: dict[str, Any] = {"type": "transcript.text.delta", "delta": text}
        if self._wanted.logprobs:
            delta["logprobs"] = answers.logprobs([segment])
            self.words += delta["logprobs"]
        if self._wanted.response_format == "diarized_json":
            delta["segment_id"] = answers.spoken(segment)["id"]
        yield _event(delta)
        if self._wanted.response_format == "diarized_json":
            yield _event(answers.spoken(segment))


def _end(row: Transcript | None, teller: _Teller, wanted: Wanted) -> bytes:
    if row is None or row.status != Status.DONE:
        problem = bad_end(row)
        return _event(body(str(problem.detail), problem.status_code, code=problem.error_code, param=problem.param))
    done: dict[str, Any] = {"type": "transcript.text.done", "text": row.text}
    if wanted.with_languages:
        done["languages"] = answers.languages(row, row.lines())
    return _event(done | ({"logprobs": teller.words} if teller.words else {}))


def _event(data: dict[str, Any]) -> bytes:
    """One line and a blank one. JSON leaves no line break in it."""
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"
