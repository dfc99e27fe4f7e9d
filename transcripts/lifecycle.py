"""The life of a transcript. The only writer of `Transcript.status`, always by a conditional UPDATE.

Each verb is one arrow of the picture in `models/transcript.py`. Whoever works on a row holds a `Lease`; every write of
a worker names the lease's token, so a worker that was away for too long cannot write over its successor.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from . import doorbell, events, reasons, tallies, tracing, webhooks
from .models import Attempt, Event, Failure, Peaks, Priority, Recording, Segment, Status, Tally, Transcript

logger = logging.getLogger(__name__)
# After an attempt that broke off, the pauses before the next: longer each time, together as long as a storage restarts.
RESTS = (timedelta(seconds=10), timedelta(seconds=60))
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_expires_at": None}


class LeaseLost(Exception):
    """The row is no longer ours: cancelled, deleted, or given to another worker. Stop and write nothing."""


class OutOfOrder(Exception):
    """A window with words came that does not lie behind those that are stored: it would be in the transcript twice."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one transcript, proven by `token`."""

    transcript_id: UUID
    token: UUID


def submit(recording: Recording, **options: Any) -> Transcript:
    """A new transcript of `recording`, waiting for a worker. `options` are the "asked for" fields of `Transcript`."""
    with transaction.atomic():
        # One after the other: of two that are asked for at once, one is the newest.
        Recording.objects.select_for_update(no_key=True).filter(pk=recording.pk).exists()
        Transcript.objects.filter(recording=recording, is_newest=True).update(is_newest=False)
        transcript = Transcript.objects.create(
            recording=recording,
            status=Status.QUEUED,
            rung_at=timezone.now(),
            request_id=tracing.current().request_id,
            **options,
        )
    tracing.note_transcript(transcript.pk)
    doorbell.ring(transcript.pk)
    return transcript


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
                lease_expires_at=_expiry(now),
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


def heartbeat(lease: Lease, at: datetime | None = None) -> None:
    """Extend the lease.

    Raises:
        LeaseLost: if it is no longer held.
    """
    _held(lease, lease_expires_at=_expiry(at or timezone.now()))


def note_model(lease: Lease, **fields: str) -> None:
    """Write which model works on it: `model`, `model_revision`, `device`, `compute_type`. Raises `LeaseLost`."""
    _held(lease, **fields)


def store_window(
    lease: Lease,
    segments: Sequence[Segment],
    *,
    transcribed_ms: int,
    language: str | None = None,
    language_probability: float | None = None,
    peaks: bytes = b"",
    at: datetime | None = None,
) -> None:
    """Append the segments of one window and move the resume point to `transcribed_ms`, both or neither.

    `segments` come unsaved, in order, without transcript and index. A window without any never moves the point back.

    Raises:
        LeaseLost: if the lease is no longer held; nothing is written.
        OutOfOrder: if words for this stretch are stored already; nothing is written.
    """
    changes: dict[str, Any] = {"revision": F("revision") + 1}
    if language is not None:
        changes |= {"language": language, "language_probability": language_probability}
    with transaction.atomic():
        heartbeat(lease, at)  # the conditional UPDATE comes first: it locks the row until the segments are in
        stored = Transcript.objects.only("segment_count", "transcribed_ms").get(pk=lease.transcript_id)
        got_on = transcribed_ms > stored.transcribed_ms
        if segments and not got_on:
            raise OutOfOrder(f"A window up to {transcribed_ms} ms came, {stored.transcribed_ms} ms are stored already.")
        for index, segment in enumerate(segments, stored.segment_count):
            segment.transcript_id, segment.index = lease.transcript_id, index
        Segment.objects.bulk_create(segments)
        if got_on:
            changes["fruitless_attempts"] = 0
        if got_on and peaks:
            Peaks.objects.create(transcript_id=lease.transcript_id, end_ms=transcribed_ms, data=peaks)
        _held(
            lease,
            segment_count=stored.segment_count + len(segments),
            transcribed_ms=max(stored.transcribed_ms, transcribed_ms),
            **changes,
        )
    events.publish(lease.transcript_id)


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
        _held(lease, **_waiting(until), not_before=until, error=error, processing_ms=F("processing_ms") + processing_ms)
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
        _held(
            lease,
            **_waiting(now),
            attempts=F("attempts") - 1,
            fruitless_attempts=Greatest(F("fruitless_attempts") - 1, 0),
            processing_ms=F("processing_ms") + processing_ms,
        )
        _close_attempt(lease.token, Attempt.Outcome.RELEASED, now)
        tallies.interrupted(Tally.Outcome.RELEASED, processing_ms)
    _tell_queued(lease.transcript_id)


def cancel(transcript_id: UUID, at: datetime | None = None, *, only_if_unwanted: bool = False) -> bool:
    """Queued or running → cancelled. The worker notices within one window. False: it was no longer open, or wanted."""
    now = at or timezone.now()
    rows = Transcript.objects.open().filter(pk=transcript_id)
    if only_if_unwanted:
        rows = rows.filter(wanted_by=0)
    with transaction.atomic():
        cancelled = rows.update(status=Status.CANCELLED, revision=F("revision") + 1, finished_at=now, **_NO_LEASE)
        if cancelled:
            running = Attempt.objects.filter(transcript=transcript_id, ended_at=None)
            running.update(outcome=Attempt.Outcome.CANCELLED, ended_at=now)
            tallies.ended(transcript_id, None, 0, now)
            webhooks.note(transcript_id, Event.CANCELLED, now)
    if cancelled:
        events.publish(transcript_id)
    return bool(cancelled)


def retry(transcript_id: UUID, at: datetime | None = None) -> bool:
    """Failed or cancelled → queued, with all attempts anew; stored windows are kept.

    False: it was neither, or its audio is deleted.
    """
    anew = {
        "attempts": 0,
        "fruitless_attempts": 0,
        "not_before": None,
        "error": "",
        "failure": "",
        "finished_at": None,
        "wanted_by": None,
    }
    anew |= {"request_id": tracing.current().request_id, **_waiting(at or timezone.now())}
    retried = Transcript.objects.retriable().filter(pk=transcript_id).update(**anew)
    if retried:
        _tell_queued(transcript_id)
    return bool(retried)


def set_priority(transcript_id: UUID, priority: Priority) -> bool:
    """Let what waits go sooner or later. False: it waits no longer, or has this priority already."""
    waiting = Transcript.objects.queued().filter(pk=transcript_id).exclude(priority=priority)
    changed = waiting.update(priority=priority, revision=F("revision") + 1)
    if changed:
        _tell_queued(transcript_id)
    return bool(changed)


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
            **_NO_LEASE,
        )
        until = now + rest if rest else None
        again = not tried_enough and expired.update(**_waiting(until or now), not_before=until, error=reason)
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
        _tell_queued(lease.transcript_id)
    else:
        events.publish(lease.transcript_id)


def _expiry(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def _waiting(now: datetime) -> dict[str, Any]:
    return {"status": Status.QUEUED, "revision": F("revision") + 1, "rung_at": now, "worker": "", **_NO_LEASE}


def _tell_queued(transcript_id: UUID) -> None:
    doorbell.ring(transcript_id)
    events.publish(transcript_id)


def _held(lease: Lease, **changes: Any) -> None:
    """UPDATE the row only while the lease is held. Raises `LeaseLost`."""
    rows = Transcript.objects.running().filter(pk=lease.transcript_id, lease_token=lease.token)
    if not rows.update(**changes):
        raise LeaseLost(f"Transcript {lease.transcript_id} is no longer ours.")


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
        _held(
            lease,
            status=status,
            error=error,
            revision=F("revision") + 1,
            finished_at=now,
            processing_ms=F("processing_ms") + processing_ms,
            **changes,
            **_NO_LEASE,
        )
        _close_attempt(lease.token, outcome, now, error)
        tallies.ended(lease.transcript_id, changes.get("failure"), processing_ms, now)
        webhooks.note(lease.transcript_id, Event.COMPLETED if status == Status.DONE else Event.FAILED, now)
    events.publish(lease.transcript_id)


def _close_attempt(token: UUID, outcome: Attempt.Outcome, now: datetime, error: str = "") -> None:
    Attempt.objects.filter(token=token).update(outcome=outcome, ended_at=now, error=error)
