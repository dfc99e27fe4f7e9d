"""Who waits for a transcript to change is woken here: by Redis pub/sub, or by one shared look at the rows.

The row's `revision` decides, not the message: a message only makes the look come sooner. Each process has at most one
listening thread, started by the first waiter and ended with the last.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Protocol
from uuid import UUID

import redis
from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection, transaction

from .models import Transcript

logger = logging.getLogger(__name__)

CHANNEL = "whisperhub:transcripts"
# Without Redis a look costs one query by primary key for all waiters together, well under a millisecond.
LOOK_SECONDS = 0.025
# With Redis a look is the safety net for a message that was lost.
NET_SECONDS = 2.0
# The more wait, the more a look costs. The pause after it is so many times that: a twentieth of a processor at most.
REST_RATIO = 19.0


def publish(transcript_id: UUID) -> None:
    """Say that this transcript changed, once the current transaction is committed. Never raises."""
    if settings.REDIS_URL:
        transaction.on_commit(partial(_send, transcript_id))


def wait(transcript_id: UUID, seen_revision: int, timeout: float) -> bool:
    """Sleep until the row's revision differs from `seen_revision`. False: `timeout` seconds passed first.

    A row that vanished counts as changed. The thread's database connection is given up meanwhile: hundreds may wait.
    """
    with _board.standing(transcript_id, seen_revision) as changed:
        return changed(timeout)


def noticing(transcript_id: UUID, seen_revision: int) -> AbstractContextManager[Callable[[float], bool]]:
    """Gives a `wait` that can be called again and again for the same change, at the price of one.

    The database is asked, and its connection given up, at the beginning.
    """
    return _board.standing(transcript_id, seen_revision)


def wait_while_open(transcript_id: UUID, timeout: float) -> None:
    """Sleep while it waits or runs, at most `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while (remaining := deadline - time.monotonic()) > 0:
        row = Transcript.objects.open().only("revision").filter(pk=transcript_id).first()
        if row is None:
            return
        wait(transcript_id, row.revision, remaining)


@dataclass(eq=False)
class _Waiter:
    transcript_id: UUID
    seen_revision: int
    changed: threading.Event = field(default_factory=threading.Event)


class _Board:
    """The waiters of this process and the one thread that looks for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: dict[UUID, set[_Waiter]] = defaultdict(set)
        self._thread: threading.Thread | None = None

    @contextmanager
    def standing(self, transcript_id: UUID, seen_revision: int) -> Iterator[Callable[[float], bool]]:
        waiter = _Waiter(transcript_id, seen_revision)
        with self._lock:
            self._waiters[transcript_id].add(waiter)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="transcript-events", daemon=True)
                self._thread.start()
        try:
            # What changed between the caller's reading of the row and our standing on the board is seen here.
            revision = Transcript.objects.filter(pk=transcript_id).values_list("revision", flat=True).first()
            if revision != seen_revision:
                waiter.changed.set()
            elif not connection.in_atomic_block:
                connection.close()
            yield waiter.changed.wait
        finally:
            with self._lock:
                self._waiters[transcript_id].discard(waiter)
                if not self._waiters[transcript_id]:
                    del self._waiters[transcript_id]

    def _run(self) -> None:
        source: _Source = _RedisMessages() if settings.REDIS_URL else _Clock()
        try:
            while True:
                with self._lock:
                    if not self._waiters:
                        self._thread = None
                        return
                began = time.thread_time()
                try:
                    self._look()
                except DatabaseFailure as error:
                    logger.warning("Cannot look at the transcripts now, trying again: %s", error)
                    connection.close()
                    time.sleep(1)
                source.sleep(REST_RATIO * (time.thread_time() - began))
        finally:
            source.close()
            connection.close()

    def _look(self) -> None:
        with self._lock:
            ids = list(self._waiters)
        revisions = dict(Transcript.objects.filter(pk__in=ids).values_list("pk", "revision"))
        with self._lock:
            for transcript_id in ids:
                for waiter in self._waiters.get(transcript_id, ()):
                    if revisions.get(transcript_id) != waiter.seen_revision:
                        waiter.changed.set()


class _Source(Protocol):
    """When to look again."""

    def sleep(self, at_least: float) -> None: ...

    def close(self) -> None: ...


class _Clock:
    """No Redis: look at a steady pace."""

    def sleep(self, at_least: float) -> None:
        time.sleep(max(LOOK_SECONDS, at_least))

    def close(self) -> None:
        """Nothing to close."""


class _RedisMessages:
    """Redis: look when somebody published, and now and then all the same."""

    def __init__(self) -> None:
        self._pubsub: redis.client.PubSub | None = None

    def sleep(self, at_least: float) -> None:
        time.sleep(at_least)
        try:
            if self._pubsub is None:
                self._pubsub = _redis(settings.REDIS_URL).pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                self._pubsub.subscribe(CHANNEL)
                return  # what changed before the subscription took effect is seen by the next look
            message = self._pubsub.get_message(timeout=NET_SECONDS)
            while message is not None:  # a burst of messages is one reason to look, not many
                message = self._pubsub.get_message(timeout=0)
        except redis.RedisError as error:
            logger.warning("Redis does not answer, looking at the rows instead: %s", error)
            self.close()
            time.sleep(0.5)

    def close(self) -> None:
        if self._pubsub is not None:
            self._pubsub.close()
            self._pubsub = None


def _send(transcript_id: UUID) -> None:
    try:
        _redis(settings.REDIS_URL).publish(CHANNEL, str(transcript_id))
    except redis.RedisError as error:
        logger.warning("Could not publish a change of transcript %s: %s", transcript_id, error)


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5)


_board = _Board()
