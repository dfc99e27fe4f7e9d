"""The jobs that wait in one class, and which of their windows go together next."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, Generic

from .job_queue import Class, JobQueue, Turn, W
from .shares import Shares

PATIENCE: Final = 8
"""Every eighth batch is headed by the next in line, whatever it was served: nobody is passed over for ever, be it by
newcomers without end or by work that suits a batch better. More often would disturb the equal shares: the next in line
may have a window that costs 30 s where all others' cost 5 (`MOST_COST`, `LEAST_COST`), and 30 / 5 < 8."""


class ClassQueue(Generic[W]):
    """Owners share equally, and the jobs of an owner share equally what is the owner's."""

    def __init__(self, name: Class) -> None:
        self._name = name
        self._owners: Shares[str] = Shares()
        self._jobs: dict[str, Shares[JobQueue[W]]] = {}
        self._batches = 0

    def __bool__(self) -> bool:
        """Does any job wait here?"""
        return bool(self._jobs)

    @property
    def seconds(self) -> float:
        """Audio of all windows of the jobs that wait here."""
        return sum(turn.work.seconds for queue in self._all() for turn in queue.turns)

    def place(self, queue: JobQueue[W]) -> None:
        """Take `queue` in if its first turn is of this class, or else out."""
        owner = queue.job.owner
        if queue.waits_as == self._name:
            self._jobs.setdefault(owner, Shares()).enter(queue)
            self._owners.enter(owner)
        elif owner in self._jobs:
            self._jobs[owner].leave(queue)
            if not self._jobs[owner]:
                del self._jobs[owner]
                self._owners.leave(owner)

    def select(self, most: Callable[[Hashable], int]) -> list[Turn[W]]:
        """The next batch: its head's key rules, and `most(key)` windows go at most; one per job and round."""
        queue: JobQueue[W] | None = self._head()
        key = queue.turns[0].work.key if queue else None
        batch: list[Turn[W]] = []
        while queue:
            batch.append(self._take(queue))
            queue = self._companion(key) if len(batch) < most(key) else None
        return batch

    def _head(self) -> JobQueue[W]:
        self._batches += 1
        if self._batches % PATIENCE == 0:
            return self._jobs[self._owners.next_in_line()].next_in_line()
        return min(self._all(), key=self._rank)

    def _companion(self, key: Hashable) -> JobQueue[W] | None:
        """Who joins a batch of this key.

        Where keys differ, owners still share equally, but of an owner's share more goes to jobs with the common key.
        """
        fitting = [queue for queue in self._all() if queue.turns[0].work.key == key]
        return min(fitting, key=self._rank, default=None)

    def _all(self) -> list[JobQueue[W]]:
        return [queue for jobs in self._jobs.values() for queue in jobs]

    def _rank(self, queue: JobQueue[W]) -> tuple[tuple[float, int], tuple[float, int]]:
        """The least-served owner first, then the least-served job of that owner."""
        owner = queue.job.owner
        return self._owners.rank(owner), self._jobs[owner].rank(queue)

    def _take(self, queue: JobQueue[W]) -> Turn[W]:
        turn = queue.pop()
        self._owners.charge(queue.job.owner, turn.cost)
        self._jobs[queue.job.owner].charge(queue, turn.cost)
        self.place(queue)
        return turn
