"""What is to be told, as rows: written with the event itself, so that neither is ever there without the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from transcripts import audit, doorbell
from transcripts.access import Actor
from transcripts.errors import BadOptions
from transcripts.models import Delivery, Event, Transcript, Webhook

# How long a receiver may be away.
GIVE_UP_AFTER = timedelta(hours=24)
LOG_KEPT_FOR = timedelta(days=30)


def note(transcript_id: UUID, event: Event, at: datetime | None = None) -> None:
    """`event` happened to this transcript: one delivery for each endpoint that asked for it.

    Inside the transaction of the event, after its UPDATE.
    """
    row = Transcript.objects.select_related("recording").get(pk=transcript_id)
    if row.options.get("language_only"):
        return  # a question, not a transcript: who asked it is waiting for the answer
    own_or_all = Q(api_key=None) | Q(api_key=row.recording.api_key_id)
    listening: list[Webhook | None] = [
        hook for hook in Webhook.objects.enabled().filter(own_or_all) if event in hook.events
    ]
    if row.callback_url:
        listening.append(None)
    if not listening:
        return
    now = at or timezone.now()
    told = {
        "transcript": row,
        "event": event,
        "revision": row.revision,
        "payload": _payload(event, now, _of_transcript(row)),
    }
    _put(Delivery(webhook=hook, due_at=now, give_up_at=now + GIVE_UP_AFTER, **told) for hook in listening)


def ping(webhook: Webhook, at: datetime | None = None) -> Delivery:
    """A test message, also to an endpoint that is disabled."""
    now = at or timezone.now()
    payload = _payload(Event.PING, now, {"webhook": str(webhook.pk)})
    delivery = Delivery(webhook=webhook, event=Event.PING, payload=payload, due_at=now, give_up_at=now + GIVE_UP_AFTER)
    _put([delivery])
    return delivery


def send_again(delivery: Delivery, actor: Actor, at: datetime | None = None) -> None:
    """Once more from the beginning, whatever became of it; its id stays, the receiver may know it."""
    now = at or timezone.now()
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            status=Delivery.Status.PENDING, attempts=0, due_at=now, give_up_at=now + GIVE_UP_AFTER
        )
        audit.record(actor, "send again", delivery, url=str(delivery.webhook or delivery.url.partition("?")[0]))
        doorbell.ring_for_deliveries()


def check_callback(url: str, actor: Actor) -> None:
    """Whether an address may be told of what `actor` sends.

    Raises:
        BadOptions: there is nothing that could sign what is told.
    """
    if url and actor.key is None:
        raise BadOptions("callback_url needs an API key: what is sent there is signed with a secret made of the key.")


def sweep(at: datetime | None = None) -> None:
    """Ring for what is due, and forget the log of long ago."""
    now = at or timezone.now()
    if Delivery.objects.due(now).exists():
        doorbell.ring_for_deliveries()
    Delivery.objects.filter(created_at__lte=now - LOG_KEPT_FOR).exclude(status=Delivery.Status.PENDING).delete()


def _put(deliveries: Iterable[Delivery]) -> None:
    Delivery.objects.bulk_create(deliveries)
    doorbell.ring_for_deliveries()


def _payload(event: Event, now: datetime, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": event.value, "timestamp": now.isoformat(timespec="milliseconds"), "data": data}


def _of_transcript(row: Transcript) -> dict[str, Any]:
    """What the receiver needs to know which one it is and to fetch the rest. No words: they are read with a key."""
    duration = row.recording.duration_ms
    return {
        "id": str(row.pk),
        "status": row.status,
        "reference": row.reference,
        "metadata": row.metadata,
        "language": row.language or row.language_requested or None,
        "duration": None if duration is None else round(duration / 1000, 3),
        "review": row.review,
        "error": row.error or None,
        "path": f"/api/v1/transcripts/{row.pk}",
    }
