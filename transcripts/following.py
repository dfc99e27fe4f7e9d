"""Following a transcript: what happens to it, in order and as it happens, for every stream whatever its dialect."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from . import events
from .models import Segment, Transcript
from .models.segment import SegmentQuerySet

# Segments read at once: a finished recording of ten hours is told in pieces, not held in memory.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What is new since the change before.

    Attributes:
        transcript: the row as it stands, with its recording; None once it is deleted.
        segments: those that have come, in the order of the text.
        edition: the edit after which the text that is told stood; 0 for the machine's.
        quiet: nothing has happened for a while; a stream says so to keep its connection alive.
    """

    transcript: Transcript | None
    segments: tuple[Segment, ...] = ()
    edition: int = 0
    quiet: bool = False


def follow(
    transcript_id: UUID, *, after: int = 0, edition: int = 0, keep_alive_seconds: float, deadline_seconds: float
) -> Iterator[Change]:
    """Tell how it stands now, then every change; ends with the transcript's own end, or after `deadline_seconds`.

    So the last change's row says which end it was: deleted, done, failed, cancelled, or (the deadline) still open.
    The first `after` segments of the text after edit `edition` are known already; a text that was corrected since is
    told from its beginning. What is corrected while it is told changes nothing of it. While nothing changes no database
    connection is held; a `quiet` change comes every `keep_alive_seconds`.
    """
    deadline = time.monotonic() + deadline_seconds
    told: _Told | None = None
    while True:
        # The row before its segments: those of a row that has ended are all there.
        row = (
            Transcript.objects.select_related("recording").filter(pk=transcript_id, recording__deleted_at=None).first()
        )
        if row is None:
            yield Change(None)
            return
        if told is None:
            told = _Told(row.edit_count, after if edition == row.edit_count else 0)
        for batch in told.rest(row):
            yield Change(row, batch, told.edition)
        if not row.is_open or time.monotonic() >= deadline:
            return
        while not events.wait(row.pk, row.revision, min(keep_alive_seconds, max(deadline - time.monotonic(), 0.0))):
            if time.monotonic() >= deadline:
                return
            yield Change(row, edition=told.edition, quiet=True)


@dataclass(slots=True)
class _Told:
    """How much of which text a reader has been told."""

    edition: int
    count: int

    def rest(self, row: Transcript) -> Iterator[tuple[Segment, ...]]:
        """The other segments that there are, in pieces; at least one piece, which may be empty."""
        text = row.segments.after(self.edition)
        batch = tuple(self._behind(text)[:BATCH])
        while True:
            self.count += len(batch)
            yield batch
            if len(batch) < BATCH:
                return
            batch = tuple(text.behind(batch[-1])[:BATCH])

    def _behind(self, text: SegmentQuerySet) -> SegmentQuerySet:
        if self.edition == 0:
            # The engine counts segments in the order of the text: this asks an index, at every window anew.
            return text.filter(index__gte=self.count).order_by("index")
        return text.since((0, 0))[self.count :]
