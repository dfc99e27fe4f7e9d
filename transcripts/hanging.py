"""Ends this worker when a call of the model hangs, so that whoever supervises it starts another.

A card that fell off its bus lets a call wait for ever, and no thread can be ended from outside: the process goes. Its
leases run out like those of one that was killed; so the attempts count, and a recording on which the model hangs each
time fails in the end.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .engine.engine import Engine
    from .engine.figures import RunningCall

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 2.0
FROZEN_SECONDS: Final = 300.0
"""No thread of Python's had a turn for so long: a library holds the lock that it should give back in a long call."""
EXIT_HUNG: Final = 70
"""sysexits.h EX_SOFTWARE: told apart from a crash and from a configuration that cannot work."""


class Stopwatch:
    """How long each call has been out, as far as anybody looked: a stopped process or a machine asleep is no hang."""

    def __init__(self) -> None:
        self._out: dict[RunningCall, float] = {}
        self._looked: float | None = None

    def overdue(self, calls: Iterable[RunningCall], now: float) -> RunningCall | None:
        """One of the `calls` that are out that has hung; `now` is of a monotonic clock."""
        since = 0.0 if self._looked is None else min(now - self._looked, 2 * LOOK_SECONDS)
        self._looked = now
        self._out = {call: self._out.get(call, 0.0) + since for call in calls}
        return next((call for call, seconds in self._out.items() if seconds > call.deadline), None)


def watch(engine: Engine) -> None:
    """Look after the calls of `engine` for as long as this process lives; only for a process of its own."""
    threading.Thread(target=_watch, args=(engine,), name="watch", daemon=True).start()


def _watch(engine: Engine) -> None:
    stopwatch = Stopwatch()
    while True:
        # Its thread needs no lock of Python's. It ends the process unless it is wound up again in time.
        faulthandler.dump_traceback_later(FROZEN_SECONDS, exit=True)
        hung = stopwatch.overdue(engine.running_calls(), time.monotonic())
        if hung is not None:
            _end(hung)
        time.sleep(LOOK_SECONDS)


def _end(hung: RunningCall) -> None:
    """Say where every thread is, and go without asking the one that hangs."""
    logger.critical(
        "The model has hung: %s of %d windows has not come back for %.0f s. This worker ends; another goes on with "
        "what is stored.",
        hung.step,
        hung.windows,
        hung.deadline,
    )
    faulthandler.dump_traceback()
    os._exit(EXIT_HUNG)
