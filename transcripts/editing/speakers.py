"""Who speaks: for some segments, or under a new name everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_noop

from ..access import Actor
from ..models import Edit, Segment
from .errors import BadEdit, Conflict
from .journal import Edited, opened
from .lines import name
from .rebasing import copied, rebased


def assign_speaker(transcript_id: UUID, segments: Sequence[tuple[int, int]], speaker: str, *, actor: Actor) -> Edited:
    """All these segments, each (index, version), are spoken by `speaker`; empty for nobody. All of them or none.

    Raises:
        EditRefused: all of its kinds. A conflict only where the speaker or the bounds changed; new wording is kept.
    """
    if not segments or len({index for index, _ in segments}) != len(segments):
        raise BadEdit(gettext_noop("Name each segment once."))
    speaker = name(speaker)
    rows, instead_of, conflicts = [], [], []
    with opened(transcript_id, actor) as journal:
        for asked in journal.asked_all(segments):
            try:
                row = rebased(copied(asked.seen, speaker=speaker), asked.seen, asked.current)
            except Conflict as conflict:
                conflicts += conflict.segments
                continue
            if row is not asked.current:
                rows.append(row)
                instead_of.append(asked.current)
        if conflicts:
            raise Conflict(conflicts)
        if not rows:
            return journal.nothing(list(journal.current(index for index, _ in segments).values()))
        return journal.write(Edit.Kind.SPEAKER, rows, instead_of=instead_of, detail={"speaker": speaker})


def rename_speaker(transcript_id: UUID, old: str, new: str, *, actor: Actor) -> Edited:
    """Everything that `old` says is said by `new`, once and everywhere. Who is correcting a text meanwhile goes on.

    Raises:
        EditRefused: all of its kinds but `Conflict`; `BadEdit` where nobody is called `old`.
    """
    old, new = name(old), name(new)
    with opened(transcript_id, actor) as journal:
        instead_of = list(journal.transcript.segments.current().filter(speaker=old))
        if not instead_of:
            raise BadEdit(gettext_noop("Nobody has this name here."))
        if old == new:
            return journal.nothing([])
        rows: list[Segment] = [copied(row, speaker=new) for row in instead_of]
        return journal.write(Edit.Kind.SPEAKER, rows, instead_of=instead_of, detail={"from": old, "to": new})
