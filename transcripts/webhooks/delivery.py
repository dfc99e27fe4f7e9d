"""Sending what the outbox holds: each delivery by one process at a time, again and again until it is answered 2xx.

Whoever sends a row has moved its `due_at` into the future by a conditional UPDATE: that is the claim and its lease.
A process that dies in the middle delays the row until then. Receivers may therefore be told twice, never not at all.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from transcripts import doorbell, tracing
from transcripts.fetch import FetchError, FetchLimits
from transcripts.fetch.post import Answer, post
from transcripts.models import Delivery, DeliveryAttempt, Webhook

from . import endpoints, signing

logger = logging.getLogger(__name__)

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
EXCERPT_BYTES = 1000
# More than a try can take: who is still at it after that is gone.
LEASE = timedelta(seconds=60)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=3)
# An endpoint that has not taken anything for so long, and for whom a delivery was given up, is disabled.
DEAD_AFTER = timedelta(days=3)
# At once in one process, and of these for one endpoint: a slow receiver holds up neither the others nor the sweeper.
MOST_AT_ONCE, MOST_FOR_ONE = 4, 2
# So many, then the next message goes on: a task that never ends could not be stopped politely.
RUN = 50
GONE = 410
_random = secrets.SystemRandom()


def deliver_due() -> None:
    """Send what is due until nothing is, or this process is sending as much as it may."""
    for _ in range(RUN):
        with _slots.taken() as delivery:
            if delivery is None:
                return
            asked_for = delivery.transcript.request_id if delivery.transcript is not None else ""
            with tracing.working_on(delivery.transcript_id, asked_for):
                _send(delivery)
    doorbell.ring_for_deliveries()


def pause(attempts: int) -> timedelta:
    """How long to wait after that many tries: 10 s, 30 s, 90 s … 3 h, give or take a fifth."""
    return min(FIRST_PAUSE * int(3 ** min(attempts - 1, 9)), LONGEST_PAUSE) * _random.uniform(0.8, 1.2)


def claim(delivery: Delivery, at: datetime | None = None) -> bool:
    """Take a due delivery for `LEASE`. False: somebody else did."""
    until = (at or timezone.now()) + LEASE
    free = Delivery.objects.pending().filter(pk=delivery.pk, due_at=delivery.due_at)
    if not free.update(due_at=until, attempts=F("attempts") + 1):
        return False
    delivery.due_at, delivery.attempts = until, delivery.attempts + 1
    return True


class _Slots:
    """What this process is sending."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hooks: Counter[UUID] = Counter()
        self._keys: Counter[int] = Counter()

    @contextmanager
    def taken(self) -> Iterator[Delivery | None]:
        """A claimed delivery for as long as the block runs, or None."""
        with self._lock:
            delivery = self._claim_next() if self._hooks.total() + self._keys.total() < MOST_AT_ONCE else None
            if delivery is not None:
                self._count(delivery, 1)
        try:
            yield delivery
        finally:
            if delivery is not None:
                with self._lock:
                    self._count(delivery, -1)

    def _claim_next(self) -> Delivery | None:
        now = timezone.now()
        busy_hooks = [hook for hook, count in self._hooks.items() if count >= MOST_FOR_ONE]
        busy_keys = [key for key, count in self._keys.items() if count >= MOST_FOR_ONE]
        due = (
            Delivery.objects.due(now)
            .exclude(webhook__in=busy_hooks)
            .exclude(webhook=None, transcript__recording__api_key__in=busy_keys)
            .select_related("webhook", "transcript__recording__api_key")
            .order_by("due_at")
        )
        return next((delivery for delivery in due[: 2 * MOST_AT_ONCE] if claim(delivery, now)), None)

    def _count(self, delivery: Delivery, change: int) -> None:
        if delivery.webhook_id is not None:
            self._hooks[delivery.webhook_id] += change
        else:
            self._keys[_key_id(delivery)] += change


_slots = _Slots()


def _key_id(delivery: Delivery) -> int:
    transcript = delivery.transcript
    return (transcript.recording.api_key_id if transcript is not None else None) or 0


def _send(delivery: Delivery) -> None:
    started, began = timezone.now(), time.monotonic()
    answer: Answer | None = None
    error = ""
    try:
        answer = _post(delivery, started)
    except FetchError as failure:
        error = str(failure)
    log = DeliveryAttempt(
        delivery=delivery,
        at=started,
        status_code=None if answer is None else answer.status,
        duration_ms=round((time.monotonic() - began) * 1000),
        excerpt="" if answer is None else answer.excerpt.replace("\x00", ""),
        error=error,
    )
    _say(delivery, log)
    with suppress(IntegrityError), transaction.atomic():  # deleted meanwhile: there is nothing to note
        log.save()
        record(delivery, log)


def _say(delivery: Delivery, log: DeliveryAttempt) -> None:
    """The line that leads from a request to what was told of it. Of the address only the host: it may be secret."""
    level = logging.INFO if _is_taken(log) else logging.WARNING
    host = urlsplit(delivery.url).hostname
    logger.log(level, "%s for %s, try %d: %s", delivery.event, host, delivery.attempts, _outcome(log))


def _is_taken(log: DeliveryAttempt) -> bool:
    return log.status_code is not None and 200 <= log.status_code < 300


def _outcome(log: DeliveryAttempt) -> str:
    return log.error if log.status_code is None else f"answered {log.status_code}"


def _post(delivery: Delivery, now: datetime) -> Answer:
    """Sign it as of `now` and send it. Raises `FetchError`."""
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signing.headers(str(delivery.pk), int(now.timestamp()), body, _secrets(delivery, now))
    limits = FetchLimits(
        max_bytes=EXCERPT_BYTES,
        total_seconds=TOTAL_SECONDS,
        connect_seconds=CONNECT_SECONDS,
        allowed_networks=settings.URL_ALLOWED_NETWORKS,
        allowed_ports=settings.URL_ALLOWED_PORTS,
    )
    return post(delivery.url, body, {"Content-Type": "application/json", **headers}, limits)


def _secrets(delivery: Delivery, now: datetime) -> list[str]:
    """An unsigned message is never sent: who could tell it from a forged one? Raises `FetchError`."""
    if delivery.webhook is not None:
        return delivery.webhook.signing_secrets(now)
    key = delivery.transcript.recording.api_key if delivery.transcript is not None else None
    if key is None:
        raise FetchError("The API key whose secret would sign it is gone.")
    return [signing.secret_of(key)]


def record(delivery: Delivery, log: DeliveryAttempt, at: datetime | None = None) -> None:
    """What came of a try. Nothing, if the lease ran out and somebody else has the row now."""
    now = at or timezone.now()
    held = Delivery.objects.pending().filter(pk=delivery.pk, due_at=delivery.due_at)
    endpoint = Webhook.objects.filter(deliveries=delivery)
    if _is_taken(log):
        held.update(status=Delivery.Status.DELIVERED, delivered_at=now)
        endpoint.exclude(failing_since=None).update(failing_since=None)
        return
    endpoint.filter(failing_since=None).update(failing_since=now)
    again = now + pause(delivery.attempts)
    if log.status_code != GONE and again < delivery.give_up_at:
        held.update(due_at=again)
    elif held.update(status=Delivery.Status.GIVEN_UP) and delivery.webhook is not None:
        _disable_if_dead(delivery.webhook, log, now)


def _disable_if_dead(webhook: Webhook, log: DeliveryAttempt, now: datetime) -> None:
    webhook.refresh_from_db()
    if log.status_code == GONE:
        reason = "It answered 410 Gone."
    elif webhook.failing_since is not None and webhook.failing_since <= now - DEAD_AFTER:
        since = f"{webhook.failing_since:%Y-%m-%d %H:%M}"
        reason = f"Nothing has been delivered since {since} UTC; the last try: {_outcome(log)}"
    else:
        return
    logger.warning("Webhook %s is disabled: %s", webhook.pk, reason)
    endpoints.disable(webhook, None, reason, now)
