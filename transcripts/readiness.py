"""Whether this process could take and store a recording now, and whether anybody would transcribe it."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error as DatabaseFailure
from django.db import connection
from django.utils import timezone

from .models import Worker
from .models.worker import SILENT_AFTER

logger = logging.getLogger(__name__)

# Less than this, and the next upload may be the one that does not fit.
MIN_FREE_BYTES = 200 * 1024**2
# Whoever asks more often than this is told the same again: a check writes to the disk, and needs no key.
KEPT_SECONDS = 2.0
BROKER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work, and how it stands in words. They name no host and no path: anybody may ask."""

    name: str
    ok: bool
    detail: str


class NotReady(Exception):
    """Why one check fails, in words for anybody."""


def checks() -> tuple[Check, ...]:
    """All of them, at most `KEPT_SECONDS` old."""
    return _kept.checks()


def look() -> tuple[Check, ...]:
    """All of them, now. Never raises."""
    looks = {"database": _database, "queue": _queue, "storage": _storage, "disk": _disk, "worker": _worker}
    return tuple(_check(name, ask) for name, ask in looks.items())


class _Kept:
    """The last answers. Of many who ask at once one looks and the others wait for what it finds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: tuple[Check, ...] = ()
        self._until = 0.0

    def checks(self) -> tuple[Check, ...]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = look()
                self._until = time.monotonic() + KEPT_SECONDS
            return self._found


_kept = _Kept()


def _check(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, detail=ask())
    except NotReady as reason:
        return Check(name, ok=False, detail=str(reason))
    except Exception as error:  # a storage may raise anything, and the answer is the same: it does not work
        logger.warning("Not ready: the %s cannot be used: %s", name, error)
        return Check(name, ok=False, detail="It cannot be used; the log says why.")


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseFailure:
        connection.close()
        raise
    return "It answers."


def _queue() -> str:
    if settings.REDIS_URL:
        seconds = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
        with redis.Redis.from_url(settings.REDIS_URL, **seconds) as broker:
            broker.ping()
        return "It answers."
    with tempfile.TemporaryFile(dir=settings.QUEUE_DIR / "messages"):
        return "It can be written to."


def _storage() -> str:
    name = default_storage.save("readiness/check", ContentFile(b"."))
    default_storage.delete(name)
    return "It can be written to."


def _disk() -> str:
    # Uploads stream in here, wherever they are kept afterwards.
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    said = f"{free // 1024**2} MB are free"
    if free < MIN_FREE_BYTES:
        raise NotReady(f"{said}; at least {MIN_FREE_BYTES // 1024**2} MB are needed.")
    return f"{said}."


def _worker() -> str:
    seen = Worker.objects.present().order_by("-last_seen_at").values_list("last_seen_at", flat=True).first()
    if seen is None:
        raise NotReady("No worker has reported yet. It may still be loading its model.")
    age = timezone.now() - seen
    said = f"A worker reported {max(age.total_seconds(), 0):.0f} s ago"
    if age >= SILENT_AFTER:
        raise NotReady(f"{said}; {SILENT_AFTER.total_seconds():.0f} s are the most.")
    return f"{said}."
