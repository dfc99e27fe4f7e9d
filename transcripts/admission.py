"""Which waiting transcript a free job slot of a worker takes next.

A doorbell says that something waits, not what is next: a key with a thousand clips in the queue must not make another
key's clip wait behind them, and long recordings must never fill every slot of a worker.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from . import doorbell
from .models import Priority, Transcript

# A recording up to this long (milliseconds) is a clip: the engine serves it as interactive from first word to last.
CLIP_MS = 60_000
# Bulk work that has waited for this long counts as ordinary work: bulk always moves.
BULK_AGES_AFTER = timedelta(minutes=30)
# The share of a worker's slots that long recordings may hold; the rest is kept free for clips.
LONG_SHARE = 0.75

_CLIP = Q(priority=Priority.INTERACTIVE) | (Q(recording__duration_ms__lte=CLIP_MS) & ~Q(priority=Priority.BULK))


class Turn(NamedTuple):
    """Who is next, and whether it occupies a slot for long recordings."""

    transcript_id: UUID
    is_long: bool


def allows_long(long_running: int) -> bool:
    """Whether a worker that has `long_running` long recordings in work may take another."""
    jobs: int = settings.WORKER_JOBS
    return long_running < LONG_SHARE * jobs


def is_clip(duration_ms: int | None, priority: str) -> bool:
    """Whether what waits goes first and never holds a slot for long recordings: `_CLIP`, for a row in hand."""
    if priority == Priority.INTERACTIVE:
        return True
    return priority != Priority.BULK and duration_ms is not None and duration_ms <= CLIP_MS


def next_turn(*, long_allowed: bool, not_ours: Q | None = None, at: datetime | None = None) -> Turn | None:
    """Clips first, then (if `long_allowed`) ordinary, then bulk; among equals the owner with the least running.

    What is `not_ours` this worker leaves to others (`speech_models.for_others`). None: nothing waits that it may take.
    """
    now = at or timezone.now()
    queued = Transcript.objects.takeable(now)
    if not_ours is not None:
        queued = queued.filter(~not_ours)
    clip = _fairest(queued.filter(_CLIP))
    if clip is not None:
        return Turn(clip, is_long=False)
    if not long_allowed:
        return None
    aged = now - BULK_AGES_AFTER
    ordinary = ~Q(priority=Priority.BULK) | Q(created_at__lte=aged)
    found = _fairest(queued.exclude(_CLIP).filter(ordinary)) or _fairest(queued)
    return None if found is None else Turn(found, is_long=True)


def ring_for_the_next() -> None:
    """A slot for long recordings is free: ring for one that was passed over, if any waits."""
    waiting = Transcript.objects.takeable().exclude(_CLIP).order_by("created_at").values_list("pk", flat=True).first()
    if waiting is not None:
        doorbell.ring(waiting)


def _fairest(waiting: QuerySet[Transcript]) -> UUID | None:
    """The oldest transcript of the owner (key or person) who has the fewest in work."""
    owner = ("recording__owner", "recording__api_key")
    running = {
        (row[0], row[1]): row[2]
        for row in Transcript.objects.running().order_by().values_list(*owner).annotate(count=Count("pk"))
    }
    queues = list(waiting.order_by().values_list(*owner).annotate(oldest=Min("created_at")))
    if not queues:
        return None
    user, key, _ = min(queues, key=lambda row: (running.get((row[0], row[1]), 0), row[2]))
    mine = waiting.filter(recording__owner=user, recording__api_key=key)
    return mine.order_by("created_at").values_list("pk", flat=True).first()
