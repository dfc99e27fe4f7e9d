"""One transcript: its page, and the fragment with what was heard, corrected or decided since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transcripts import review
from transcripts.access import Actor
from transcripts.courtesy import goes_first
from transcripts.documents import spoken_or_written
from transcripts.editing import changes_since, is_naming, to_redo, to_undo
from transcripts.exports import FORMATS
from transcripts.models import Segment, Transcript
from transcripts.progress import left_ms

from .numbers import milliseconds, number
from .permissions import may_edit, may_manage, signed_in, visible_transcript
from .segment_rows import changed_rows, segment_row
from .segments import FIELDS, chunks

# Newly heard segments in one answer of `live`: a page that slept for an hour gets the rest with the next ones.
MOST_HEARD = 500


@require_safe
@signed_in
@goes_first
def transcript(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Title, state, player, and the part of the text around the second `t`; the page fetches the others."""
    shown = visible_transcript(request, transcript_id)
    actor, parts = Actor.person(request.user), chunks(shown, milliseconds(request, "t") or 0)
    context = _context(request, shown) | {
        "chunks": parts,
        "rows": [segment_row(segment) for part in parts for segment in part.segments or []],
        "blank": Segment(start_ms=0, end_ms=0),
        "heard": shown.segment_count,
        "can_undo": to_undo(shown, actor) is not None,
        "can_redo": to_redo(shown, actor) is not None,
    }
    return render(request, "web/transcript.html", context)


@require_safe
@signed_in
@goes_first
def live(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """What changed since `revision`: segments heard from index `heard` on or edited after `edit`. 204: nothing."""
    revision, edit, heard = (number(request, name) for name in ("revision", "edit", "heard"))
    shown = visible_transcript(request, transcript_id)
    if shown.revision == revision and shown.edit_count == edit and heard >= shown.segment_count:
        return HttpResponse(status=204)
    new = list(shown.segments.machine().current().only(*FIELDS).filter(index__gte=heard).order_by("index")[:MOST_HEARD])
    edited = changes_since(shown, edit)
    context = _context(request, shown) | {
        "heard": new[-1].index + 1 if new else max(heard, shown.segment_count),
        "news": {
            **changed_rows([*new, *edited.segments], is_naming=not new and _was_named(shown, edit)),
            "removed": edited.removed,
            "edit_count": shown.edit_count,
        },
        # Edits move the revision too; they come as news of segments.
        "stands_elsewhere": shown.is_open or shown.status != request.GET.get("status"),
        "reviewed": _standing(shown) != request.GET.get("review"),
    }
    return render(request, "web/transcript_live.html", context)


def _was_named(shown: Transcript, edit_count: int) -> bool:
    """Whether all that was edited since is who speaks, at once: of two edits a row may be the work of both."""
    last = shown.edits.select_related("of").filter(number=edit_count + 1) if shown.edit_count == edit_count + 1 else ()
    return any(is_naming(edit) for edit in last)


def _context(request: HttpRequest, shown: Transcript) -> dict[str, Any]:
    return {
        "transcript": shown,
        "recording": shown.recording,
        "text_language": spoken_or_written(shown),
        "formats": FORMATS.values(),
        "may_manage": may_manage(request, shown),
        "may_edit": may_edit(request, shown),
        "may_review": Actor.person(request.user).may_review(),
        "assignees": lambda: review.possible_assignees(shown),
        "standing": _standing(shown),
        "speed": _speed(shown),
        "left_ms": left_ms(shown),
    }


def _standing(shown: Transcript) -> str:
    """What the review bar shows, to be compared."""
    return f"{shown.review}-{shown.assignee_id or 0}"


def _speed(shown: Transcript) -> float | None:
    """Seconds of media per second of work; None until both are known."""
    return shown.transcribed_ms / shown.processing_ms if shown.transcribed_ms and shown.processing_ms else None
