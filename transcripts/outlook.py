"""The queue as an administrator looks at it: what runs, what waits and when its turn will come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet, Sum
from django.utils import timezone

from .admission import is_clip
from .forecast import Expected, Job, foresee
from .models import Attempt, Priority, Status, Transcript, Worker
from .progress import left_ms

# What is guessed of a recording whose length nobody knows before it is heard (milliseconds).
UNKNOWN_MS = 10 * 60_000
# How many of the newest transcripts that are done tell the pace.
PACE_OF = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits. `starts_at` is about when it will be taken; None while nobody can tell."""

    place: int
    transcript: Transcript
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The queue at one moment. `waiting` are the first of `count` that wait, whose audio adds up to `audio_ms`."""

    running: Sequence[Transcript]
    waiting: Sequence[Waiting]
    count: int
    audio_ms: int
    is_served: bool


def outlook(most: int, at: datetime | None = None) -> Outlook:
    """What runs, and the first `most` of what waits in the order of their turns. Six queries for any number of rows.

    The rows come with recording, owner and key; those that run with their attempt in `running_attempts`.
    """
    now = at or timezone.now()
    running, queued = _running(), _queued()
    workers = list(Worker.objects.alive(now).values_list("name", flat=True))
    pace = recent_pace()
    turns = _turns(queued, running, workers, pace, now)
    first = [turn.transcript_id for turn in turns[:most]]
    rows = _with_senders().in_bulk(first)
    can_tell = bool(workers) and pace is not None
    waiting = [
        Waiting(place, rows[turn.transcript_id], turn.starts_at if can_tell else None)
        for place, turn in enumerate(turns[:most], 1)
        if turn.transcript_id in rows  # else it was deleted a moment ago
    ]
    audio_ms = sum(row.recording.duration_ms or 0 for row in queued)
    return Outlook(running, waiting, len(queued), audio_ms, bool(workers))


def recent_pace() -> float | None:
    """Milliseconds of work for a millisecond of audio, of late; None before anything is done. One query."""
    done = Transcript.objects.filter(status=Status.DONE, processing_ms__gt=0, transcribed_ms__gt=0)
    newest = done.order_by("-created_at", "pk")[:PACE_OF]
    sums = newest.aggregate(work=Sum("processing_ms"), audio=Sum("transcribed_ms"))
    return sums["work"] / sums["audio"] if sums["audio"] else None


def _turns(
    queued: Sequence[Transcript],
    running: Sequence[Transcript],
    workers: Sequence[str],
    pace: float | None,
    now: datetime,
) -> list[Expected]:
    def job(row: Transcript) -> Job:
        recording = row.recording
        return Job(
            id=row.pk,
            owner=(recording.owner_id, recording.api_key_id),
            is_clip=is_clip(recording.duration_ms, row.priority),
            is_bulk=row.priority == Priority.BULK,
            created_at=row.created_at,
            takes=_takes(row, pace or 1.0, now),
            worker=row.worker,
        )

    # Without a worker the order is that in which one would take them.
    return list(foresee(map(job, queued), [job(row) for row in running], workers or ["nobody"], now))


def _takes(row: Transcript, pace: float, now: datetime) -> timedelta:
    attempts: list[Attempt] = getattr(row, "running_attempts", [])
    left = left_ms(row, now, attempt=attempts[0]) if attempts else None
    if left is None:
        left = round(max((row.recording.duration_ms or UNKNOWN_MS) - row.transcribed_ms, 0) * pace)
    return timedelta(milliseconds=left)


def _running() -> list[Transcript]:
    attempt = Prefetch("attempt_log", Attempt.objects.filter(ended_at=None), to_attr="running_attempts")
    return list(_with_senders().filter(status=Status.RUNNING).order_by("started_at").prefetch_related(attempt))


def _queued() -> list[Transcript]:
    """All that waits, with only the columns that turns are given by: there may be a thousand."""
    recording = ("owner_id", "api_key_id", "duration_ms")
    columns = (
        "priority",
        "created_at",
        "transcribed_ms",
        "worker",
        "status",
        *(f"recording__{name}" for name in recording),
    )
    return list(Transcript.objects.queued().select_related("recording").only(*columns).order_by())


def _with_senders() -> QuerySet[Transcript]:
    return Transcript.objects.select_related("recording__owner", "recording__api_key")
