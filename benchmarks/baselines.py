"""Ways to share a model that others use, with the methods of the engine's policy."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable

from benchmarks.simulator import Piece
from transcripts.engine import Job
from transcripts.engine.turns import PAUSE_SECONDS, Call, JobQueue, Sizes, Turn


class RoundRobin:
    """Windows of all files in turn, one of each, no classes; batches as large as the engine's policy would make them.

    In a worker that takes one file at a time this is the whole-file queue.
    """

    def __init__(self) -> None:
        self._sizes = Sizes()
        self._ring: deque[JobQueue[Piece]] = deque()

    @property
    def pause(self) -> float:
        """As the engine: after idleness, for a batch."""
        return 0.0 if self._ring else PAUSE_SECONDS

    def join(self, job: Job) -> JobQueue[Piece]:
        """A queue for this job."""
        return JobQueue(job)

    def put(self, queue: JobQueue[Piece], work: Piece) -> None:
        """Queue a window."""
        queue.add(work)
        if queue not in self._ring:
            self._ring.append(queue)

    def take(self) -> Call[Piece] | None:
        """The head of the ring rules the key; others join it in their order."""
        if not self._ring:
            return None
        key = self._ring[0].turns[0].work.key
        turns: list[Turn[Piece]] = []
        most = self._sizes.windows("interactive", key)
        while len(turns) < most and (queue := self._next(key)):
            turns.append(queue.pop())
            self._ring.remove(queue)
            if queue.turns:
                self._ring.append(queue)
        return Call("interactive", key, tuple(turns))

    def _next(self, key: object) -> JobQueue[Piece] | None:
        return next((queue for queue in self._ring if queue.turns[0].work.key == key), None)

    def finish(
        self,
        call: Call[Piece],
        seconds: float | None = None,
        *,
        again: Iterable[Turn[Piece]] = (),
        failed: Collection[Turn[Piece]] = (),
    ) -> None:
        """Learn how large batches may be; what needs another round goes to the front of its file."""
        if seconds is not None:
            self._sizes.record(call.step, call.key, len(call.turns), seconds)
        for turn in again:
            turn.queue.put_back(turn)
            if turn.queue not in self._ring:
                self._ring.append(turn.queue)
