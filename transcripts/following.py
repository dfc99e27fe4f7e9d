"""Following a transcript: what happens to it, in order and as it happens, for every stream whatever its dialect."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from . import events
from .models import Segment, Transcript

# Segments read at once: a finished recording of ten hours is told in pieces, not held in memory.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What is new since the change before.

    Attributes:
        transcript: the row as it stands, with its recording; None once it is deleted.
        segments: those that have come, by index.
        quiet: nothing has happened for a while; a stream says so to keep its connection alive.
    """

    transcript: Transcript | None
    segments: tuple[Segment, ...] = ()
    quiet: bool = False


def follow(
    transcript_id: UUID, *, after: int = 0, keep_alive_seconds: float, deadline_seconds: float
) -> Iterator[Change]:
    """Tell how it stands now, then every change; ends with the transcript's own end, or after `deadline_seconds`.

    So the last change's row says which end it was: deleted, done, failed, cancelled, or (the deadline) still open.
    Segments with an index below `after` are known already. While nothing changes no database connection is held;
    a `quiet` change comes every `keep_alive_seconds`.
    """
    deadline = time.monotonic() + deadline_seconds
    while True:
        # The row before its segments: those of a row that has ended are all there.
        row = (
            Transcript.objects.select_related("recording").filter(pk=transcript_id, recording__deleted_at=None).first()
        )
        if row is None:
            yield Change(None)
            return
        batch = None
        while batch is None or len(batch) == BATCH:
            batch = tuple(row.segments.current().filter(index__gte=after).order_by("index")[:BATCH])
            after = batch[-1].index + 1 if batch else after
            yield Change(row, batch)
        if not row.is_open or time.monotonic() >= deadline:
            return
        while not events.wait(row.pk, row.revision, min(keep_alive_seconds, max(deadline - time.monotonic(), 0.0))):
            if time.monotonic() >= deadline:
                return
            yield Change(row, quiet=True)
