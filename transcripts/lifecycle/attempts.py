"""A worker's way with a transcript: claimed, then done, failed, given back, or lost."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from .. import events, reasons, tallies, webhooks
from ..models import Attempt, Event, Failure, Status, Tally, Transcript
from .leases import NO_LEASE, Lease, expiry, held, tell_queued, waiting

logger = logging.getLogger(__name__)
# After an attempt that broke off, the pauses before the next: longer each time, together as long as a storage restarts.
RESTS = (timedelta(seconds=10), timedelta(seconds=60))


def claim(transcript_id: UUID, *, worker: str, at: datetime | None = None) -> Lease | None:
    """Take a waiting transcript, or None: somebody else was first, or it is no longer waiting."""
    now, token = at or timezone.now(), uuid.uuid4()
    with transaction.atomic():
        claimed = (
            Transcript.objects.takeable(now)
            .filter(pk=transcript_id)
            .update(
                status=Status.RUNNING,
                revision=F("revision") + 1,
                lease_token=token,
                lease_expires_at=expiry(now),
                attempts=F("attempts") + 1,
                fruitless_attempts=F("fruitless_attempts") + 1,
                worker=worker,
                started_at=Coalesce("started_at", now),
            )
        )
        if not claimed:
            return None
        row = Transcript.objects.only("transcribed_ms").get(pk=transcript_id)
        Attempt.objects.create(
            transcript=row, token=token, worker=worker, started_at=now, resumed_ms=row.transcribed_ms
        )
    events.publish(transcript_id)
    return Lease(transcript_id, token)


def complete(lease: Lease, *, processing_ms: int, at: datetime | None = None) -> None:
    """Running → done. Raises `LeaseLost`."""
    _finish(lease, Status.DONE, Attempt.Outcome.DONE, "", processing_ms, at)


def fail(lease: Lease, failure: Failure, error: str, *, processing_ms: int, at: datetime | None = None) -> None:
    """Running → failed, for good: another attempt would end the same. `error` is for a person. Raises `LeaseLost`."""
    _finish(lease, Status.FAILED, Attempt.Outcome.FAILED, error, processing_ms, at, failure=failure)


def requeue(lease: Lease, error: str, *, processing_ms: int, at: datetime | None = None) -> None:
    """A passing reason ended an attempt: running → queued, or failed after the last fruitless one.

    The next attempt waits a while: what broke this one (a storage that does not answer, say) may need time to pass.

    Raises:
        LeaseLost: if it is no longer held.
    """
    now = at or timezone.now()
    tries = Transcript.objects.filter(pk=lease.transcript_id).values_list("fruitless_attempts", flat=True).first()
    if tries is None or tries >= settings.MAX_ATTEMPTS:
        fail(lease, Failure.INTERNAL, reasons.given_up(error, tries), processing_ms=processing_ms, at=now)
        return
    until = now + RESTS[min(tries, len(RESTS)) - 1] if tries else now
    with transaction.atomic():
        held(lease, **waiting(until), not_before=until, error=error, processing_ms=F("processing_ms") + processing_ms)
        _close_attempt(lease.token, Attempt.Outcome.FAILED, now, error)
        tallies.interrupted(Tally.Outcome.BROKE_OFF, processing_ms)
    events.publish(lease.transcript_id)  # the sweeper rings when its time has come


def release(lease: Lease, *, processing_ms: int, at: datetime | None = None) -> None:
    """Give the row back unharmed (the worker is being stopped): running → queued, not counted as an attempt.

    Raises:
        LeaseLost: if it is no longer held.
    """
    now = at or timezone.now()
    with transaction.atomic():
        held(
            lease,
            **waiting(now),
            attempts=F("attempts") - 1,
            fruitless_attempts=Greatest(F("fruitless_attempts") - 1, 0),
            processing_ms=F("processing_ms") + processing_ms,
        )
        _close_attempt(lease.token, Attempt.Outcome.RELEASED, now)
        tallies.interrupted(Tally.Outcome.RELEASED, processing_ms)
    tell_queued(lease.transcript_id)


def expire(lease: Lease, now: datetime, *, rest: timedelta = timedelta(0)) -> None:
    """A lease ran out: queue the row again, to rest for so long, or fail it after its last fruitless attempt.

    Nothing if it was renewed meanwhile.
    """
    reason = reasons.STOPPED
    expired = Transcript.objects.expired(now).filter(pk=lease.transcript_id, lease_token=lease.token)
    with transaction.atomic():
        tried_enough = expired.filter(fruitless_attempts__gte=settings.MAX_ATTEMPTS).update(
            status=Status.FAILED,
            revision=F("revision") + 1,
            failure=Failure.INTERNAL,
            error=reasons.given_up(reason, settings.MAX_ATTEMPTS),
            finished_at=now,
            **NO_LEASE,
        )
        until = now + rest if rest else None
        again = not tried_enough and expired.update(**waiting(until or now), not_before=until, error=reason)
        if not tried_enough and not again:
            return
        _close_attempt(lease.token, Attempt.Outcome.LOST, now, reason)
        tallies.interrupted(Tally.Outcome.LOST)
        if tried_enough:
            tallies.ended(lease.transcript_id, Failure.INTERNAL, 0, now)
            webhooks.note(lease.transcript_id, Event.FAILED, now)
    outcome = "failed" if tried_enough else "queued again"
    logger.warning("Lease of transcript %s expired: %s", lease.transcript_id, outcome)
    if again and not rest:
        tell_queued(lease.transcript_id)
    else:
        events.publish(lease.transcript_id)


def _finish(
    lease: Lease,
    status: Status,
    outcome: Attempt.Outcome,
    error: str,
    processing_ms: int,
    at: datetime | None,
    **changes: Any,
) -> None:
    now = at or timezone.now()
    with transaction.atomic():
        held(
            lease,
            status=status,
            error=error,
            revision=F("revision") + 1,
            finished_at=now,
            processing_ms=F("processing_ms") + processing_ms,
            **changes,
            **NO_LEASE,
        )
        _close_attempt(lease.token, outcome, now, error)
        tallies.ended(lease.transcript_id, changes.get("failure"), processing_ms, now)
        webhooks.note(lease.transcript_id, Event.COMPLETED if status == Status.DONE else Event.FAILED, now)
    events.publish(lease.transcript_id)


def _close_attempt(token: UUID, outcome: Attempt.Outcome, now: datetime, error: str = "") -> None:
    Attempt.objects.filter(token=token).update(outcome=outcome, ended_at=now, error=error)
