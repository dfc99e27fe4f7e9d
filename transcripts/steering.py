"""What a person or a program does to the queue: each verb of `lifecycle`, and who did it, in the audit trail."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from . import audit, lifecycle
from .access import Actor
from .models import Priority, Transcript


def cancel(transcript_id: UUID, actor: Actor) -> bool:
    """Stop what waits or runs. False: it had ended already."""
    with transaction.atomic():
        return lifecycle.cancel(transcript_id) and _told(transcript_id, actor, "cancel")


def retry(transcript_id: UUID, actor: Actor) -> bool:
    """Queue again what failed or was cancelled. False: it was neither, or its audio is deleted."""
    with transaction.atomic():
        return lifecycle.retry(transcript_id) and _told(transcript_id, actor, "retry")


def set_priority(transcript_id: UUID, priority: Priority, actor: Actor) -> bool:
    """Let what waits go sooner or later. False: it waits no longer, or has this priority already."""
    with transaction.atomic():
        done = lifecycle.set_priority(transcript_id, priority)
        return done and _told(transcript_id, actor, "set priority", priority=priority.value)


def raise_priority(transcript_id: UUID, actor: Actor) -> bool:
    """One step sooner. False: it waits no longer, or goes first already."""
    before = _priority_of(transcript_id)
    wanted = before and before.sooner
    return wanted is not None and set_priority(transcript_id, wanted, actor)


def lower_priority(transcript_id: UUID, actor: Actor) -> bool:
    """One step later. False: it waits no longer, or goes last already."""
    before = _priority_of(transcript_id)
    wanted = before and before.later
    return wanted is not None and set_priority(transcript_id, wanted, actor)


def _priority_of(transcript_id: UUID) -> Priority | None:
    found = Transcript.objects.filter(pk=transcript_id).values_list("priority", flat=True).first()
    return None if found is None else Priority(found)


def _told(transcript_id: UUID, actor: Actor, verb: str, **detail: str) -> bool:
    audit.record(actor, verb, Transcript.objects.select_related("recording").get(pk=transcript_id), **detail)
    return True
