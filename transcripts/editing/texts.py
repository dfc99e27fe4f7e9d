"""Changing what a segment says, and bringing back what it said before."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.utils.translation import gettext_noop

from .. import audit
from ..access import Actor
from ..models import Edit, Segment, Transcript
from ..wording import Word, align
from .errors import BadEdit
from .journal import Edited, Journal, opened
from .lines import one_line
from .rebasing import copied, is_same, rebased


def change_text(transcript_id: UUID, index: int, version: int, text: str, *, actor: Actor) -> Edited:
    """The segment says `text`, without spaces around it; empty where nobody spoke. What is still said keeps its time.

    Raises:
        EditRefused: all of its kinds. A conflict only where the wording changed; a new speaker is kept.
    """
    with opened(transcript_id, actor) as journal:
        asked = journal.asked(index, version)
        mine = reworded(asked.seen, one_line(text), journal.transcript)
        row = rebased(mine, asked.seen, asked.current)
        if row is asked.current:
            return journal.nothing([row])
        return journal.write(Edit.Kind.TEXT, [row], instead_of=[asked.current])


def reworded(row: Segment, text: str, transcript: Transcript, *, is_read: bool = True) -> Segment:
    """An unsaved row that says `text` (stripped). Whoever has read the passage has settled the engine's doubts."""
    if text == row.text.strip():
        return copied(row)
    text = _lead(row, transcript) + text if text else ""
    words = align(cast(list[Word], row.words), text, row.start_ms, row.end_ms)
    return copied(row, text=text, words=words, flags=[] if is_read else row.flags)


def restore(transcript_id: UUID, index: int, version: int, to_version: int, *, actor: Actor) -> Edited:
    """Bring back an earlier wording of a segment, under its present speaker; version 1 is mostly the machine's.

    Raises:
        EditRefused: all of its kinds; `BadEdit` where the segment has other bounds now, by a split or merge.
    """
    with opened(transcript_id, actor) as journal:
        earlier = journal.transcript.segments.versions(index).filter(version=to_version).first()
        if earlier is None:
            raise BadEdit(gettext_noop("There is no such version."))
        current = journal.asked(index, version).current
        row = copied(earlier, speaker=current.speaker)
        if is_same(row, current):
            return journal.nothing([current])
        current = journal.unchanged(index, version)
        if (row.start_ms, row.end_ms) != (current.start_ms, current.end_ms):
            raise BadEdit(
                gettext_noop("This passage was split or merged since. Undo that first, or restore the whole text.")
            )
        return journal.write(Edit.Kind.RESTORE, [row], instead_of=[current], detail={"to_version": to_version})


def restore_machine(transcript_id: UUID, *, actor: Actor) -> Edited:
    """The whole text as the engine heard it. Raises `NotEditable`, `Locked`."""
    return restore_all(transcript_id, 0, actor=actor)


def restore_all(transcript_id: UUID, edit_number: int, *, actor: Actor) -> Edited:
    """The whole text as it stood after that edit, as one edit more; 0 is the machine's.

    Raises:
        NotEditable, Locked: as always.
        BadEdit: there is no such edit.
    """
    with opened(transcript_id, actor) as journal:
        if not 0 <= edit_number <= journal.transcript.edit_count:
            raise BadEdit(gettext_noop("There is no such edit."))
        edited = _put_back(journal, edit_number)
        if edited.edit is not None:
            audit.record(actor, "restore text", journal.transcript, edit=edited.edit.number, to_edit=edit_number)
        return edited


def _put_back(journal: Journal, edit_number: int) -> Edited:
    segments = journal.transcript.segments
    then = {row.index: row for row in segments.after(edit_number)}
    now = {row.index: row for row in segments.current()}
    stays = {index for index, row in then.items() if index in now and is_same(row, now[index])}
    back = [copied(row) for index, row in then.items() if index not in stays]
    away = [row for index, row in now.items() if index not in stays]
    if not back and not away:
        return journal.nothing([])
    return journal.write(Edit.Kind.RESTORE, back, instead_of=away, detail={"to_edit": edit_number})


def _lead(row: Segment, transcript: Transcript) -> str:
    """The space that joins the segment to the one before; one that was emptied had it in an earlier version."""
    if not row.text:
        row = transcript.segments.versions(row.index).spoken().last() or row
    return row.text[: len(row.text) - len(row.text.lstrip())] if row.text else " "
