"""One transcript: its page, and the fragment that appends what was heard since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transcripts.documents import spoken_or_written
from transcripts.exports import FORMATS
from transcripts.models import Transcript

from .permissions import may_manage, signed_in, visible_transcript

# Segments in one answer: a long transcript opens with the first of them and fetches the others by itself.
BATCH = 500


@require_safe
@signed_in
def transcript(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Title, state, player, the first segments."""
    shown = visible_transcript(request, transcript_id)
    return render(request, "web/transcript.html", _context(request, shown, after=0))


@require_safe
@signed_in
def live(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """What changed since `revision`: the state, and the next segments from index `after` on. 204 if nothing did."""
    revision, after = _number(request, "revision"), _number(request, "after")
    shown = visible_transcript(request, transcript_id)
    if shown.is_open and shown.revision == revision and after >= shown.segment_count:
        return HttpResponse(status=204)
    context = _context(request, shown, after=after) | {"changed": shown.revision != revision}
    return render(request, "web/transcript_live.html", context)


def _context(request: HttpRequest, shown: Transcript, *, after: int) -> dict[str, Any]:
    segments = list(shown.segments.current().filter(index__gte=after)[:BATCH])
    shown_count = after + len(segments)
    return {
        "transcript": shown,
        "recording": shown.recording,
        "segments": segments,
        "shown_count": shown_count,
        "has_more": bool(segments) and shown_count < shown.segment_count,
        "text_language": spoken_or_written(shown),
        "formats": FORMATS.values(),
        "may_manage": may_manage(request, shown),
        "speed": _speed(shown),
    }


def _speed(shown: Transcript) -> float | None:
    """Seconds of media per second of work; None until both are known."""
    return shown.transcribed_ms / shown.processing_ms if shown.transcribed_ms and shown.processing_ms else None


def _number(request: HttpRequest, name: str) -> int:
    """A count in the query. Raises BadRequest for anything else, also for what no database column holds."""
    text = request.GET.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadRequest(f"{name} is not a number.")
    return int(text)
