"""The sweeper: finds what crashes and lost messages left behind, and has it put right. Writes no status itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from . import doorbell, lifecycle
from .lifecycle import Lease
from .models import Transcript

# A queued row is rung for again when no worker came within this time, and only the oldest few: they are next anyway,
# and a long queue must not fill the broker with copies.
RING_AGAIN_AFTER = timedelta(seconds=20)
RING_AGAIN_MOST = 50
# Lost so many times in a row without a word stored, a recording may be what kills the worker.
SUSPECT_AFTER = 2
# Such recordings are tried so long after one another: longer than a worker takes to start and store a first window.
APART = timedelta(seconds=60)


def sweep(at: datetime | None = None) -> None:
    """Put right what crashes and lost messages left behind. Safe to run twice at once."""
    now = at or timezone.now()
    _take_back_what_was_lost(now)
    # What rested after an attempt was last rung for when that began: at its time nobody has rung for it yet.
    unanswered = Transcript.objects.takeable(now).filter(
        Q(rung_at__lte=now - RING_AGAIN_AFTER) | Q(rung_at__lte=F("not_before"))
    )
    for transcript_id in list(_next_in_line(now)):
        if unanswered.filter(pk=transcript_id).update(rung_at=now, not_before=None):  # 0: another sweeper was faster
            doorbell.ring(transcript_id)


def _take_back_what_was_lost(now: datetime) -> None:
    """Queue it again; what was lost repeatedly without storing anything, one after the other.

    A recording that kills its worker takes the attempts of all that are in work with it. So the suspects are tried at
    different times, and the others have ended, or stored something, before its last attempt.
    """
    lost = Transcript.objects.expired(now).values_list("pk", "lease_token", "fruitless_attempts")
    suspects = 0
    for transcript_id, token, tries in list(lost.order_by("created_at")):
        if token is None:  # never while running, by constraint; the type does not know
            continue
        is_suspect = tries >= SUSPECT_AFTER
        lifecycle.expire(Lease(transcript_id, token), now, rest=suspects * APART if is_suspect else timedelta(0))
        suspects += is_suspect


def ring_for_the_waiting() -> None:
    """A worker has started: what the one before it gave back at its end, it may have rung for with nobody to hear."""
    for transcript_id in list(_next_in_line(timezone.now())):
        doorbell.ring(transcript_id)


def _next_in_line(now: datetime) -> QuerySet[Transcript, UUID]:
    return Transcript.objects.takeable(now).order_by("created_at").values_list("pk", flat=True)[:RING_AGAIN_MOST]
