"""Who may prepare audio now: a few at once, whoever has had least first; long files never take the last place."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Final, TypeVar

from .turns import ALLOWANCE

PATIENCE: Final = 4
"""Every fourth place goes to whoever has waited longest, so that newcomers without end do not keep anybody out."""
LONG_SECONDS: Final = ALLOWANCE["normal"]
"""Audio that a job has had prepared, from which on it is a long file: as long as it is interactive to the model."""
GIVES_WAY: Final = 10
"""Niceness of what reads and prepares long files: about a tenth of the processor's time where others want it too.
The model's own thread on a CPU and clips go first; what is prepared ahead for a long file is not waited for."""

T = TypeVar("T")


class Gate:
    """`places` jobs at once. A clip does not wait behind all the windows that long files prepare ahead."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._kept = min(1, places - 1)  # for those who are not long
        self._waiting: list[tuple[float, int]] = []
        self._tickets = count()
        self._admitted = 0
        self._changed = threading.Condition()
        self._behind = ThreadPoolExecutor(places, thread_name_prefix="preparing", initializer=_give_way)

    def do(self, had: float, work: Callable[[], T]) -> T:
        """Wait for a place, then do `work` in it; `had` is the audio (seconds) that the job has had prepared."""
        self._enter(had)
        try:
            return work() if had < LONG_SECONDS else self._behind.submit(work).result()
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _enter(self, had: float) -> None:
        with self._changed:
            ticket = (had, next(self._tickets))
            self._waiting.append(ticket)
            try:
                self._changed.wait_for(lambda: self._next() == ticket)
                self._free -= 1
                self._admitted += 1
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _next(self) -> tuple[float, int] | None:
        """Who of those that wait comes in now; None where nobody may."""
        may = [ticket for ticket in self._waiting if self._free > (self._kept if ticket[0] >= LONG_SECONDS else 0)]
        if self._admitted % PATIENCE == PATIENCE - 1:
            return min(may, key=lambda ticket: ticket[1], default=None)
        return min(may, default=None)


def _give_way() -> None:
    """Only Linux lets a thread be nicer than its process."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.nice(GIVES_WAY)  # beside what its process has, like that of a reader
