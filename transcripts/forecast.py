"""In which order what waits will be taken, and about when: the rule of `admission`, played forward.

It assumes that nothing new comes, that nothing fails, and that work goes on at the pace of late.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from .admission import BULK_AGES_AFTER, allows_long

Owner = tuple[int | None, int | None]  # a person's and a key's id


@dataclass(frozen=True, slots=True)
class Job:
    """What waits or runs, as far as it matters for turns. `takes` is the work that is left."""

    id: UUID
    owner: Owner
    is_clip: bool
    is_bulk: bool
    created_at: datetime
    takes: timedelta
    worker: str = ""


class Expected(NamedTuple):
    """A turn that is to come."""

    transcript_id: UUID
    is_long: bool
    starts_at: datetime


def foresee(waiting: Iterable[Job], running: Sequence[Job], workers: Iterable[str], at: datetime) -> Iterator[Expected]:
    """The turns of all that waits, in order, given by these workers (one at least) from `at` on."""
    line, slots, now = _Line(waiting, running), _Slots(workers, running, at), at
    while line.is_waiting:
        worker = slots.asking()
        job = line.take(now, long_allowed=slots.allow_long(worker)) if worker is not None else None
        if worker is None or job is None:
            now, ended = slots.wait()
            line.ended(ended)
        else:
            slots.occupy(worker, job, now)
            yield Expected(job.id, not job.is_clip, now)


class _Line:
    """What waits: for each owner the clips, the ordinary and the bulk work, each the oldest first."""

    def __init__(self, waiting: Iterable[Job], running: Iterable[Job]) -> None:
        self._running = Counter(job.owner for job in running)
        self._clips: dict[Owner, list[Job]] = defaultdict(list)
        self._ordinary: dict[Owner, list[Job]] = defaultdict(list)
        self._bulk: dict[Owner, list[Job]] = defaultdict(list)
        for job in sorted(waiting, key=lambda job: job.created_at, reverse=True):  # the next is taken off the end
            lane = self._clips if job.is_clip else self._bulk if job.is_bulk else self._ordinary
            lane[job.owner].append(job)

    @property
    def is_waiting(self) -> bool:
        return bool(self._clips or self._ordinary or self._bulk)

    def take(self, at: datetime, *, long_allowed: bool) -> Job | None:
        """Whose turn it is, by the rule of `admission.next_turn`; None while only long work waits that may not run."""
        job = self._fairest(self._firsts(self._clips))
        if job is None and long_allowed:
            aged = [job for job in self._firsts(self._bulk) if job.created_at <= at - BULK_AGES_AFTER]
            job = self._fairest([*self._firsts(self._ordinary), *aged]) or self._fairest(self._firsts(self._bulk))
        if job is not None:
            self._leave(job)
            self._running[job.owner] += 1
        return job

    def ended(self, jobs: Iterable[Job]) -> None:
        self._running.subtract(job.owner for job in jobs)

    def _fairest(self, firsts: Iterable[Job]) -> Job | None:
        return min(firsts, key=lambda job: (self._running[job.owner], job.created_at), default=None)

    @staticmethod
    def _firsts(lane: dict[Owner, list[Job]]) -> list[Job]:
        return [jobs[-1] for jobs in lane.values()]

    def _leave(self, job: Job) -> None:
        lane = self._clips if job.is_clip else self._bulk if job.is_bulk else self._ordinary
        lane[job.owner].pop()
        if not lane[job.owner]:
            del lane[job.owner]


class _Slots:
    """What each worker has in work, and until when. Work of a worker that is gone ends too, and frees nothing."""

    def __init__(self, workers: Iterable[str], running: Iterable[Job], at: datetime) -> None:
        self._workers = list(workers)
        self._ends: list[tuple[datetime, str, Job]] = [(at + job.takes, job.worker, job) for job in running]

    def asking(self) -> str | None:
        """The worker with a free slot that asks next: one that may take long work, then the least busy; or None."""
        jobs = Counter(worker for _, worker, _ in self._ends)
        free = [worker for worker in self._workers if jobs[worker] < settings.WORKER_JOBS]
        return min(free, key=lambda worker: (not self.allow_long(worker), jobs[worker]), default=None)

    def allow_long(self, worker: str) -> bool:
        return allows_long(sum(holder == worker and not job.is_clip for _, holder, job in self._ends))

    def occupy(self, worker: str, job: Job, at: datetime) -> None:
        self._ends.append((at + job.takes, worker, job))

    def wait(self) -> tuple[datetime, list[Job]]:
        """Until something ends: when, and all that has ended by then."""
        now = min(end for end, _, _ in self._ends)
        ended = [job for end, _, job in self._ends if end <= now]
        self._ends = [entry for entry in self._ends if entry[0] > now]
        return now, ended
