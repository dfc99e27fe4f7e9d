"""What the processes of a hub hold and use while something goes on."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

from benchmarks.processes import Usage, busy_seconds, usage_of
from benchmarks.stack import Stack

PROGRAMS = {"web": "gunicorn", "worker": "gpu_worker", "tasks": "celery", "readers": "engine.apart.server"}
"""Programs by a word of their command lines. Each that opens files has a server of readers, and each file a reader."""
CALM_SECONDS = 120.0


class Meter:
    """Looks every second. `seconds` and `busy` (of all processors) are of the time in which it looked."""

    def __init__(self, stack: Stack) -> None:
        self._pid = stack.process.pid
        self.before = self._look()
        self.most = self.before
        self.cpu: dict[str, float] = {}
        self.seconds = self.busy = 0.0

    def until_done(self, *work: Future[Any]) -> None:
        """Look until all of it is done."""
        began, busy = time.monotonic(), busy_seconds()
        while not all(future.done() for future in work):
            self.most = {name: self.most[name].most(used) for name, used in self._look().items()}
            time.sleep(1)
        self.seconds, self.busy = time.monotonic() - began, busy_seconds() - busy
        self.cpu = {name: used.cpu_seconds - self.before[name].cpu_seconds for name, used in self._look().items()}

    def until_calm(self, most_seconds: float = CALM_SECONDS) -> tuple[dict[str, Usage], float]:
        """What is held when web has no more files and threads than before, or at last; and the seconds until then."""
        began = time.monotonic()
        while True:
            held, took = self._look(), time.monotonic() - began
            web, before = held["web"], self.before["web"]
            if (web.files <= before.files and web.threads <= before.threads) or took > most_seconds:
                return held, took
            time.sleep(1)

    def _look(self) -> dict[str, Usage]:
        return {name: usage_of(self._pid, word) for name, word in PROGRAMS.items()}


def held_rows(meter: Meter, after: dict[str, Usage]) -> list[list[object]]:
    """Before, at most and after, of each program: a table's rows."""
    return [
        [
            name,
            *(f"{used[name].resident_bytes >> 20}" for used in (meter.before, meter.most, after)),
            *(used[name].files for used in (meter.before, meter.most, after)),
            *(used[name].threads for used in (meter.before, meter.most, after)),
            f"{meter.cpu[name]:.1f}",
        ]
        for name in PROGRAMS
    ]


HELD = (
    *("program", "MB before", "at most", "after", "files before", "at most", "after"),
    *("threads before", "at most", "after", "CPU s"),
)
