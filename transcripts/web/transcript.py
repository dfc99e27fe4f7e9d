"""One transcript: its page, and the fragment with what was heard, corrected or decided since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transcripts.documents import spoken_or_written
from transcripts.exports import FORMATS
from transcripts.models import Segment, Transcript
from transcripts.progress import left_ms

from .numbers import milliseconds, number
from .permissions import may_manage, signed_in, visible_transcript
from .rows import FIELDS, rows
from .segments import chunks

# Newly heard segments in one answer of `live`: a page that slept for an hour gets the rest with the next ones.
MOST_HEARD = 500


@require_safe
@signed_in
def transcript(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Title, state, player, and the part of the text around the second `t`; the page fetches the others."""
    shown = visible_transcript(request, transcript_id)
    parts = chunks(shown, milliseconds(request, "t") or 0)
    first = [segment for part in parts for segment in part.segments or []]
    context = _context(request, shown) | {
        "chunks": parts,
        "rows": rows(first),
        "blank": Segment(start_ms=0, end_ms=0),
        "heard": shown.segment_count,
    }
    return render(request, "web/transcript.html", context)


@require_safe
@signed_in
def live(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """What changed since `revision`: the segments heard from index `heard` on or edited after `edit`. 204: nothing."""
    revision, edit, heard = (number(request, name) for name in ("revision", "edit", "heard"))
    shown = visible_transcript(request, transcript_id)
    if shown.revision == revision and shown.edit_count == edit and heard >= shown.segment_count:
        return HttpResponse(status=204)
    new = list(shown.segments.machine().current().only(*FIELDS).filter(index__gte=heard).order_by("index")[:MOST_HEARD])
    context = _context(request, shown) | {
        "heard": new[-1].index + 1 if new else max(heard, shown.segment_count),
        "news": {"segments": rows(new) + rows(_edited(shown, edit)), "removed": _removed(shown, edit)},
        # Edits move the revision too; they come as news of segments.
        "stands_elsewhere": shown.is_open or shown.status != request.GET.get("status"),
    }
    return render(request, "web/transcript_live.html", context)


def _edited(shown: Transcript, edit: int) -> list[Segment]:
    """What edits after that number wrote, as far as it still stands."""
    return list(shown.segments.current().only(*FIELDS).filter(edit__number__gt=edit))


def _removed(shown: Transcript, edit: int) -> list[int]:
    """The indexes that edits after that number took out of the text."""
    gone = shown.segments.filter(replaced_by__number__gt=edit).order_by().values_list("index", flat=True).distinct()
    standing = shown.segments.current().values("index")
    return list(gone.exclude(Q(index__in=standing)))


def _context(request: HttpRequest, shown: Transcript) -> dict[str, Any]:
    return {
        "transcript": shown,
        "recording": shown.recording,
        "text_language": spoken_or_written(shown),
        "formats": FORMATS.values(),
        "may_manage": may_manage(request, shown),
        "speed": _speed(shown),
        "left_ms": left_ms(shown),
    }


def _speed(shown: Transcript) -> float | None:
    """Seconds of media per second of work; None until both are known."""
    return shown.transcribed_ms / shown.processing_ms if shown.transcribed_ms and shown.processing_ms else None
