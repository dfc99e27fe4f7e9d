"""Who may prepare audio now: a few at once, whoever has had least first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

PATIENCE: Final = 4
"""Every fourth place goes to whoever has waited longest, so that newcomers without end do not keep anybody out."""


class Gate:
    """`places` threads at once. A clip does not wait behind all the windows that long files prepare ahead."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[tuple[float, int]] = []
        self._tickets = count()
        self._admitted = 0
        self._changed = threading.Condition()

    @contextmanager
    def place(self, had: float) -> Iterator[None]:
        """Wait for a place and hold it in the block; `had` is the audio (seconds) that the job has had prepared."""
        self._enter(had)
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()

    def _enter(self, had: float) -> None:
        with self._changed:
            ticket = (had, next(self._tickets))
            self._waiting.append(ticket)
            try:
                self._changed.wait_for(lambda: self._free and self._next() == ticket)
                self._free -= 1
                self._admitted += 1
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _next(self) -> tuple[float, int]:
        if self._admitted % PATIENCE == PATIENCE - 1:
            return min(self._waiting, key=lambda ticket: ticket[1])
        return min(self._waiting)
