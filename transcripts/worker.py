"""The GPU worker process: one engine, one heartbeat for the worker's row and for every lease that it holds."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.db import connection
from django.utils import timezone

from . import admission, lifecycle, speech_models
from .lifecycle import Lease, LeaseLost
from .models import Worker
from .models.worker import AWAITED_FOR, Offer
from .worker_figures import CardWatch, figures

if TYPE_CHECKING:
    from .engine.engine import Engine

logger = logging.getLogger(__name__)

# Often enough that a cancelled job stops within seconds, rare enough to cost nothing.
BEAT_SECONDS = 3.0


@dataclass(eq=False)
class Holding:
    """A lease in this process's hands."""

    lease: Lease
    is_long: bool
    draining: threading.Event
    lost: threading.Event = field(default_factory=threading.Event)

    def must_stop(self) -> bool:
        """The engine asks between windows."""
        return self.lost.is_set() or self.draining.is_set()


class WorkerProcess:
    """What the job threads of one worker process share."""

    def __init__(self, engine: Engine, name: str | None = None, alive: Callable[[], None] = lambda: None) -> None:
        """`alive` is called with every beat."""
        self.engine = engine
        self._alive = alive
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.draining = threading.Event()
        self._holdings: set[Holding] = set()
        self._lock = threading.Lock()
        self._choosing = threading.Lock()
        self._stopped = threading.Event()
        self._started_at = timezone.now()
        self._cards = CardWatch()
        self._thread = threading.Thread(target=self._beat_for_ever, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Say that we are here, and keep saying it."""
        if self.engine.info.gpu_available:
            self._cards.start()
        self._write_row()
        self._thread.start()

    def drain(self) -> None:
        """Begin to stop: running jobs end at their next window and are given back."""
        self.draining.set()

    def stop(self) -> None:
        """The last breath: no more heartbeats, the row says goodbye, the model is unloaded."""
        self._stopped.set()
        self._cards.stop()
        self._thread.join(timeout=BEAT_SECONDS)
        self.say_goodbye()
        self.engine.close()

    def say_goodbye(self) -> None:
        """The row stays for a while: what names one of our models waits for our successor."""
        now = timezone.now()
        Worker.objects.filter(name=self.name).update(left_at=now, last_seen_at=now, running_jobs=0)
        Worker.objects.filter(left_at__lte=now - AWAITED_FOR).delete()

    @contextmanager
    def next_job(self) -> Iterator[Holding | None]:
        """Claim whose turn it is and keep the lease alive while the block runs; None if nothing may be taken now."""
        with ExitStack() as stack:
            with self._choosing:  # one thread at a time: two must not both take the last slot for long recordings
                claimed = self._claim()
                holding = stack.enter_context(self.holding(*claimed)) if claimed else None
            yield holding
        if holding is not None and holding.is_long:
            admission.ring_for_the_next()

    @contextmanager
    def holding(self, lease: Lease, is_long: bool = False) -> Iterator[Holding]:
        """Keep `lease` alive while the block runs."""
        holding = Holding(lease, is_long, self.draining)
        with self._lock:
            self._holdings.add(holding)
        try:
            yield holding
        finally:
            with self._lock:
                self._holdings.discard(holding)

    def _claim(self) -> tuple[Lease, bool] | None:
        while not self.draining.is_set():
            long_running = sum(holding.is_long for holding in self._holdings)
            turn = admission.next_turn(
                long_allowed=admission.allows_long(long_running), not_ours=speech_models.for_others(self._offers())
            )
            if turn is None:
                return None
            lease = lifecycle.claim(turn.transcript_id, worker=self.name)
            if lease is not None:  # else another worker was quicker: see who is next now
                return lease, turn.is_long
        return None

    def _offers(self) -> list[Offer]:
        return [Offer(own.name, own.model, own.can_translate) for own in self.engine.models]

    def _beat_for_ever(self) -> None:
        while not self._stopped.wait(BEAT_SECONDS):
            try:
                self.beat()
            except DatabaseFailure as error:
                # A lease outlives several beats; if the database stays away, the sweeper decides, not we.
                logger.warning("No heartbeat, the database does not answer: %s", error)
                connection.close()
            self._alive()
        connection.close()

    def beat(self) -> None:
        """One heartbeat: every lease, then the worker's own row."""
        with self._lock:
            holdings = list(self._holdings)
        for holding in holdings:
            try:
                lifecycle.heartbeat(holding.lease)
            except LeaseLost:
                holding.lost.set()
        self._write_row()

    def _write_row(self) -> None:
        info = self.engine.info
        Worker.objects.update_or_create(
            name=self.name,
            defaults={
                "model": info.model,
                "model_revision": info.revision,
                "device": info.device,
                "device_name": info.device_name,
                "compute_type": info.compute_type,
                "gpu_available": info.gpu_available,
                "can_translate": info.can_translate,
                "offered": [offer.as_json() for offer in self._offers()],
                "note": info.note,
                "version": settings.VERSION,
                "figures": figures(self.engine.load_figures(), self._cards.cards),
                "running_jobs": len(self._holdings),
                "started_at": self._started_at,
                "last_seen_at": timezone.now(),
                "left_at": None,
            },
        )


_current: WorkerProcess | None = None


def become(process: WorkerProcess) -> None:
    """This process is that worker from now on."""
    global _current
    _current = process


def current() -> WorkerProcess:
    """The worker that this process is.

    Raises:
        RuntimeError: in a process that was not started by `manage.py gpu_worker`.
    """
    if _current is None:
        raise RuntimeError("This process has no model. The gpu queue is served by `manage.py gpu_worker`.")
    return _current
