"""Taking back one's own last edit, and doing it again. Both are edits themselves."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_noop

from ..access import Actor
from ..models import Edit, Segment
from . import stack
from .errors import BadEdit, Conflict
from .journal import Edited, Journal, opened
from .rebasing import copied, is_same, rebased


def undo(transcript_id: UUID, *, actor: Actor) -> Edited:
    """Take back the actor's last edit that stands.

    Raises:
        EditRefused: all of its kinds; `Conflict` where somebody has changed since what it changed, `BadEdit` where
            there is nothing to undo.
    """
    with opened(transcript_id, actor) as journal:
        edit = stack.to_undo(journal.transcript, actor)
        if edit is None:
            raise BadEdit(gettext_noop("There is nothing to undo."))
        return _reverse(journal, edit, Edit.Kind.UNDO)


def redo(transcript_id: UUID, *, actor: Actor) -> Edited:
    """Do again what the actor undid last. Raises as `undo` does."""
    with opened(transcript_id, actor) as journal:
        edit = stack.to_redo(journal.transcript, actor)
        if edit is None:
            raise BadEdit(gettext_noop("There is nothing to redo."))
        return _reverse(journal, edit, Edit.Kind.REDO)


def _reverse(journal: Journal, edit: Edit, kind: Edit.Kind) -> Edited:
    """Put back what `edit`, or the last undo or redo of it, took away; and take away what that one put there."""
    last = stack.last_word_on(edit)
    wrote = {row.index: row for row in last.written.all()}
    replaced = {row.index: row for row in last.replaced.all()}
    now = journal.current(wrote.keys() | replaced.keys())
    gone = [row for index, row in wrote.items() if index not in now]
    if gone:  # merged into another by somebody
        raise Conflict(journal.around(gone[0]))
    rows: list[Segment] = []
    instead_of: list[Segment] = []
    for index in sorted(wrote.keys() | replaced.keys()):
        current, row = now.get(index), _reversed(wrote.get(index), replaced.get(index), now.get(index))
        if row is not current:
            rows += [row] if row else []
            instead_of += [current] if current else []
    return journal.write(kind, rows, instead_of=instead_of, of=edit)


def _reversed(wrote: Segment | None, replaced: Segment | None, current: Segment | None) -> Segment | None:
    """What becomes of one segment of an edit that is reversed; None if it goes. Raises `Conflict`."""
    if wrote is None or current is None:  # the edit had removed it
        if current is not None or replaced is None:
            raise Conflict([current] if current else [])
        return copied(replaced)
    if replaced is None:  # the edit had made it
        if not is_same(wrote, current):
            raise Conflict([current])
        return None
    return rebased(copied(replaced), wrote, current)
