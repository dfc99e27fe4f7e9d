"""The right to work on a transcript. Every write of a worker names the lease's token.

A worker that was away for too long cannot write over its successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from .. import doorbell, events
from ..models import Status, Transcript

NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_expires_at": None}


class LeaseLost(Exception):
    """The row is no longer ours: cancelled, deleted, or given to another worker. Stop and write nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one transcript, proven by `token`."""

    transcript_id: UUID
    token: UUID


def heartbeat(lease: Lease, at: datetime | None = None) -> None:
    """Extend the lease.

    Raises:
        LeaseLost: if it is no longer held.
    """
    held(lease, lease_expires_at=expiry(at or timezone.now()))


def note_model(lease: Lease, **fields: str) -> None:
    """Write which model works on it: `model`, `model_revision`, `device`, `compute_type`. Raises `LeaseLost`."""
    held(lease, **fields)


def held(lease: Lease, **changes: Any) -> None:
    """UPDATE the row only while the lease is held. Raises `LeaseLost`."""
    rows = Transcript.objects.running().filter(pk=lease.transcript_id, lease_token=lease.token)
    if not rows.update(**changes):
        raise LeaseLost(f"Transcript {lease.transcript_id} is no longer ours.")


def expiry(now: datetime) -> datetime:
    """When a lease ends that is given or extended now."""
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def waiting(now: datetime) -> dict[str, Any]:
    """What it takes to wait, without a lease, from now on."""
    return {"status": Status.QUEUED, "revision": F("revision") + 1, "rung_at": now, "worker": "", **NO_LEASE}


def tell_queued(transcript_id: UUID) -> None:
    """Ring for a worker, and tell whoever watches."""
    doorbell.ring(transcript_id)
    events.publish(transcript_id)
