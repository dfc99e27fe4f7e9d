"""What people and programs ask for: a transcript, its end, another try, a better place."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .. import doorbell, events, tallies, tracing, webhooks
from ..models import Attempt, Event, Priority, Recording, Status, Transcript
from .leases import NO_LEASE, tell_queued, waiting


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


def cancel(transcript_id: UUID, at: datetime | None = None, *, only_if_unwanted: bool = False) -> bool:
    """Queued or running → cancelled. The worker notices within one window. False: it was no longer open, or wanted."""
    now = at or timezone.now()
    rows = Transcript.objects.open().filter(pk=transcript_id)
    if only_if_unwanted:
        rows = rows.filter(wanted_by=0)
    with transaction.atomic():
        cancelled = rows.update(status=Status.CANCELLED, revision=F("revision") + 1, finished_at=now, **NO_LEASE)
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
    anew |= {"request_id": tracing.current().request_id, **waiting(at or timezone.now())}
    retried = Transcript.objects.retriable().filter(pk=transcript_id).update(**anew)
    if retried:
        tell_queued(transcript_id)
    return bool(retried)


def set_priority(transcript_id: UUID, priority: Priority) -> bool:
    """Let what waits go sooner or later. False: it waits no longer, or has this priority already."""
    waiting = Transcript.objects.queued().filter(pk=transcript_id).exclude(priority=priority)
    changed = waiting.update(priority=priority, revision=F("revision") + 1)
    if changed:
        tell_queued(transcript_id)
    return bool(changed)
