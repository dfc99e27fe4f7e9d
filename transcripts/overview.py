"""How the hub is, in figures: its workers, queue, failures, storage, webhooks and keys."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from .models import ApiKey, Delivery, Recording, Status, Transcript, Webhook, Worker

# What counts as of late, and how soon the end of a key is news.
LATELY = timedelta(days=1)
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is open. `audio_ms` is what the waiting ones add up to, `oldest` when the first of them was sent."""

    running: int
    waiting: int
    audio_ms: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes of all recordings, of those of them in the bin, and of the disk; None where no disk of ours is filled."""

    recordings: int
    used: int
    in_bin: int
    free: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How many are told of events; those that fail or were switched off; how many tellings of late were given up."""

    enabled: int
    troubled: Sequence[Webhook]
    given_up: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it at `at`. `failures` are those of late: (kind, how many), the most frequent first."""

    at: datetime
    workers: Sequence[Worker]
    queue: Queue
    failures: Sequence[tuple[str, int]]
    storage: Storage
    webhooks: Webhooks
    expiring_keys: Sequence[ApiKey]


def overview(at: datetime | None = None) -> Overview:
    """Seven queries, whatever there is."""
    now = at or timezone.now()
    return Overview(
        at=now,
        workers=list(Worker.objects.present().order_by("-last_seen_at")),
        queue=_queue(),
        failures=_failures(now - LATELY),
        storage=_storage(),
        webhooks=_webhooks(now - LATELY),
        expiring_keys=list(ApiKey.objects.usable(now).filter(expires_at__lte=now + SOON).order_by("expires_at")),
    )


def _queue() -> Queue:
    waits = Q(status=Status.QUEUED)
    sums = Transcript.objects.open().aggregate(
        running=Count("pk", filter=Q(status=Status.RUNNING)),
        waiting=Count("pk", filter=waits),
        audio_ms=Sum("recording__duration_ms", filter=waits, default=0),
        oldest=Min("created_at", filter=waits),
    )
    return Queue(**sums)


def _failures(since: datetime) -> list[tuple[str, int]]:
    rows = Transcript.objects.filter(status=Status.FAILED, finished_at__gte=since, recording__deleted_at=None)
    return list(rows.order_by().values_list("failure").annotate(count=Count("pk")).order_by("-count", "failure"))


def _storage() -> Storage:
    sums = Recording.objects.aggregate(
        recordings=Count("pk"),
        used=Sum("size_bytes", filter=Q(audio_deleted_at=None), default=0),
        in_bin=Sum("size_bytes", filter=Q(audio_deleted_at=None, deleted_at__isnull=False), default=0),
    )
    if settings.S3_BUCKET:
        return Storage(**sums, free=None, total=None)
    disk = shutil.disk_usage(_existing(Path(settings.MEDIA_ROOT)))
    return Storage(**sums, free=disk.free, total=disk.total)


def _existing(folder: Path) -> Path:
    """`folder`, or where it will be made once the first recording comes."""
    return folder if folder.exists() else _existing(folder.parent)


def _webhooks(since: datetime) -> Webhooks:
    hooks = list(Webhook.objects.all())
    given_up = Delivery.objects.filter(status=Delivery.Status.GIVEN_UP, created_at__gte=since).count()
    troubled = [hook for hook in hooks if hook.failing_since or hook.disabled_at]
    return Webhooks(sum(hook.disabled_at is None for hook in hooks), troubled, given_up)
