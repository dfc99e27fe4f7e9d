"""What people made of a text: every edit with its differences, the text as it stood then, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from transcripts import editing
from transcripts.access import Actor
from transcripts.documents import spoken_or_written
from transcripts.editing import Deed, Edited, EditRefused
from transcripts.models import Edit, Segment, Transcript
from transcripts.wording import Difference, differences

from .numbers import number, posted
from .permissions import editable_transcript, may_edit, signed_in, visible_transcript

EDITS_PER_PAGE = 25
# Of an edit that changed the whole text at once.
SHOWN_PER_EDIT = 12
SEGMENTS_PER_PAGE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit did to one segment. `now` is its current row where the earlier wording can be brought back."""

    start_ms: int
    before: Segment | None
    after: Segment | None
    wording: Sequence[Difference]
    now: Segment | None

    @property
    def new_speaker(self) -> bool:
        """Whether somebody else speaks."""
        return bool(self.before and self.after and self.before.speaker != self.after.speaker)


@require_safe
@signed_in
def history(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """The edits, the newest first; those before the edit `before`."""
    transcript = visible_transcript(request, transcript_id)
    edits = transcript.edits.select_related("author", "api_key", "of").order_by("-number")
    before = number(request, "before")
    found = list((edits.filter(number__lt=before) if before else edits)[: EDITS_PER_PAGE + 1])
    shown = found[:EDITS_PER_PAGE]
    context = {
        **_head(request, transcript),
        "edits": list(_told(transcript, shown)),
        "older": shown[-1].number if len(found) > EDITS_PER_PAGE else None,
    }
    return render(request, "web/history.html", context)


@require_safe
@signed_in
def text_after(request: HttpRequest, transcript_id: UUID, edit_number: int = 0) -> HttpResponse:
    """The text as it stood after that edit, to be read; 0 is what the machine heard. From the segment `from` on."""
    transcript = visible_transcript(request, transcript_id)
    edit = transcript.edits.select_related("author", "api_key").filter(number=edit_number).first()
    if edit_number and edit is None:
        raise Http404("There is no such edit.")
    begin = number(request, "from")
    rows = list(transcript.segments.after(edit_number).spoken().defer("words")[begin : begin + SEGMENTS_PER_PAGE + 1])
    context = {
        **_head(request, transcript),
        "number": edit_number,
        "edit": edit,
        "segments": rows[:SEGMENTS_PER_PAGE],
        "earlier": max(0, begin - SEGMENTS_PER_PAGE) if begin else None,
        "later": begin + SEGMENTS_PER_PAGE if len(rows) > SEGMENTS_PER_PAGE else None,
    }
    return render(request, "web/text_after.html", context)


@require_POST
@signed_in
def restore(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Bring back the whole text as it stood after the edit `number`, or one segment's `to_version`."""
    transcript = editable_transcript(request, transcript_id)
    try:
        edited = _restored(request, transcript, Actor.person(request.user))
    except EditRefused as error:
        messages.error(request, _(str(error)))
    else:
        done = _("It is restored. This is an edit too, and can be taken back.")
        messages.success(request, done if edited.edit else _("The text says this already."))
    return redirect("history", transcript_id=transcript_id)


def _restored(request: HttpRequest, transcript: Transcript, actor: Actor) -> Edited:
    if "number" in request.POST:
        return editing.restore_all(transcript.pk, posted(request, "number"), actor=actor)
    if "index" not in request.POST:
        raise BadRequest(_("Say what to restore."))
    named = (posted(request, name) for name in ("index", "version", "to_version"))
    return editing.restore(transcript.pk, *named, actor=actor)


def _head(request: HttpRequest, transcript: Transcript) -> dict[str, Any]:
    return {
        "transcript": transcript,
        "recording": transcript.recording,
        "text_language": spoken_or_written(transcript),
        "may_edit": may_edit(request, transcript),
    }


def _told(transcript: Transcript, edits: Sequence[Edit]) -> Iterator[dict[str, Any]]:
    """Each edit with what it changed. Three queries for all of them."""
    deeds = editing.deeds(edits, SHOWN_PER_EDIT)
    indexes = {row.index for deed in deeds.values() for pair in deed.pairs for row in pair if row}
    now = {row.index: row for row in transcript.segments.current().filter(index__in=indexes).defer("words", "tokens")}
    for edit in edits:
        deed = deeds[edit.pk]
        yield {"edit": edit, "changes": list(_changes(deed, now)), "more": deed.more}


def _changes(deed: Deed, now: dict[int, Segment]) -> Iterator[Change]:
    for before, after in deed.pairs:
        row = before or after
        if row is None:
            continue
        old, new = (part.text.strip() if part else "" for part in (before, after))
        current = now.get(row.index)
        returns = before and current and _bounds(before) == _bounds(current) and before.text != current.text
        yield Change(row.start_ms, before, after, differences(old, new), current if returns else None)


def _bounds(row: Segment) -> tuple[int, int]:
    return row.start_ms, row.end_ms
