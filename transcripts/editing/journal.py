"""One edit in the making: the transcript's row is locked, the text may be changed, and all of it is written at once.

Every verb opens a journal, reads the rows that it is about, and ends with `write`: the only place that makes rows of
`Edit` and of edited `Segment`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_noop

from .. import events
from ..access import Actor
from ..models import Edit, Review, Segment, Status, Transcript
from . import stack
from .errors import BadEdit, Conflict, Locked, NotEditable
from .rebasing import copied, is_same

T = TypeVar("T")

# SQLite compiles no more than 1000 conditions in a row.
_ROWS_AT_ONCE = 300
_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Edited:
    """What a verb did. `edit` is None where there was nothing to do; `segments` are the rows that it was about, now."""

    edit: Edit | None
    edit_count: int
    revision: int
    segments: Sequence[Segment]
    removed: Sequence[int]
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person saw and what stands there now: `seen` is the row that they named, `current` its successor."""

    seen: Segment
    current: Segment


@dataclass(slots=True)
class Journal:
    """A locked transcript and who changes it."""

    transcript: Transcript
    actor: Actor

    def asked(self, index: int, version: int) -> Asked:
        """The row that was seen and the current one. Raises as `asked_all` does."""
        return self.asked_all([(index, version)])[0]

    def asked_all(self, named: Sequence[tuple[int, int]]) -> list[Asked]:
        """For each (index, version) the row that was seen and the current one. One query for each 300 of them.

        Raises:
            BadEdit: there never was such a row.
            Conflict: a segment is gone, merged into another; with what stands there now.
        """
        seen, current = self._rows(named), self.current(index for index, _ in named)
        if len(seen) != len(named):
            raise BadEdit(gettext_noop("There is no such segment."))
        gone = [seen[name] for name in named if name[0] not in current]
        if gone:
            raise Conflict([row for lost in gone[:_MOST_SHOWN] for row in self.around(lost)])
        return [Asked(seen[name], current[name[0]]) for name in named]

    def unchanged(self, index: int, version: int) -> Segment:
        """The current row, whose wording is the one that was seen; the speaker may have changed.

        Raises:
            BadEdit, Conflict: as for `asked`, and a conflict where the wording changed.
        """
        asked = self.asked(index, version)
        if not is_same(copied(asked.seen, speaker=asked.current.speaker), asked.current):
            raise Conflict([asked.current])
        return asked.current

    def current(self, indexes: Iterable[int]) -> dict[int, Segment]:
        """The current rows of these segments, by index, without those that are gone."""
        rows = self.transcript.segments.current()
        return {row.index: row for chunk in _chunks(indexes) for row in rows.filter(index__in=chunk)}

    def _rows(self, named: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Segment]:
        """Any rows, by index and version."""
        found: dict[tuple[int, int], Segment] = {}
        for chunk in _chunks(named):
            these = reduce(or_, (Q(index=index, version=version) for index, version in chunk))
            found |= {(row.index, row.version): row for row in self.transcript.segments.filter(these)}
        return found

    def around(self, row: Segment) -> list[Segment]:
        """What stands now where `row` stood."""
        there = self.transcript.segments.current().filter(start_ms__lt=row.end_ms, end_ms__gt=row.start_ms)
        return list(there[:_MOST_SHOWN])

    def new_index(self) -> int:
        """A name for a segment that no segment of this transcript ever had."""
        return (self.transcript.segments.aggregate(last=Max("index"))["last"] or 0) + 1

    def nothing(self, rows: Sequence[Segment]) -> Edited:
        """All is as it was asked for already."""
        return self._edited(None, rows, [])

    def write(
        self,
        kind: Edit.Kind,
        rows: Sequence[Segment],
        *,
        instead_of: Sequence[Segment],
        of: Edit | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Edited:
        """Put unsaved `rows` in the place of current ones, as the transcript's next edit. `detail` is for readers."""
        self._number(rows, {row.index: row.version for row in instead_of})
        edit = Edit.objects.create(
            transcript=self.transcript,
            number=self.transcript.edit_count + 1,
            kind=kind,
            author=self.actor.user,
            api_key=self.actor.key,
            of=of,
            detail=dict(detail or {}),
        )
        for chunk in _chunks(row.pk for row in instead_of):
            Segment.objects.filter(pk__in=chunk).update(replaced_by=edit)
        for row in rows:
            row.edit = edit
        Segment.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)
        self._count(edit)
        written = {row.index for row in rows}
        return self._edited(edit, rows, [row.index for row in instead_of if row.index not in written])

    def _number(self, rows: Sequence[Segment], replaced: dict[int, int]) -> None:
        """Give each row the version after the last of its segment."""
        reborn = [row.index for row in rows if row.index not in replaced]
        if reborn:
            last = self.transcript.segments.filter(index__in=reborn).order_by().values_list("index")
            replaced = replaced | dict(last.annotate(last=Max("version")))
        for row in rows:
            row.version = replaced.get(row.index, 0) + 1

    def _count(self, edit: Edit) -> None:
        Transcript.objects.filter(pk=self.transcript.pk, edit_count=edit.number - 1).update(
            edit_count=edit.number, revision=F("revision") + 1
        )
        self.transcript.edit_count, self.transcript.revision = edit.number, self.transcript.revision + 1
        events.publish(self.transcript.pk)

    def _edited(self, edit: Edit | None, rows: Sequence[Segment], removed: Sequence[int]) -> Edited:
        return Edited(
            edit=edit,
            edit_count=self.transcript.edit_count,
            revision=self.transcript.revision,
            segments=sorted(rows, key=lambda row: row.position),
            removed=removed,
            can_undo=stack.to_undo(self.transcript, self.actor) is not None,
            can_redo=stack.to_redo(self.transcript, self.actor) is not None,
        )


def _chunks(items: Iterable[T]) -> Iterator[tuple[T, ...]]:
    source = iter(items)
    while chunk := tuple(islice(source, _ROWS_AT_ONCE)):
        yield chunk


@contextmanager
def opened(transcript_id: UUID, actor: Actor) -> Iterator[Journal]:
    """Lock the transcript and check that it may be changed; all that happens inside is one transaction.

    Raises:
        NotEditable: it is not done, in the bin, or gone.
        Locked: it is approved.
    """
    with transaction.atomic():
        # Whoever waits here reads what the one before has written. SQLite has locked the whole database by now.
        row = (
            Transcript.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk=transcript_id, status=Status.DONE, recording__deleted_at=None)
            .select_related("recording")
            .first()
        )
        if row is None:
            raise NotEditable
        if row.review == Review.APPROVED:
            raise Locked
        yield Journal(row, actor)
