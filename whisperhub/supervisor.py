"""Keeps the processes of `manage.py run` alive: starts them, says so when one dies, starts it again, ends them all.

For one machine and one terminal. In production systemd does this (see deploy/).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

# Ctrl-C promises an end within ten seconds: a polite request first, force for what is left.
STOP_SECONDS = 8.0
POLL_SECONDS = 0.2
# A program that keeps dying is started again more and more slowly; one that lived this long begins anew.
BACKOFF_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)
HEALTHY_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(eq=False)
class Program:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        """In a session of its own: Ctrl-C in the terminal reaches the supervisor only, which then asks politely."""
        self.process = subprocess.Popen(  # noqa: S603  # our own command lines
            self.command,
            env={**os.environ, **self.environment},
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # no threads here
        )
        self.started_at = time.monotonic()

    def died(self) -> int | None:
        """The exit status if it ended since the last look, else None."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        # What it started may have outlived it: that would hold its port, and work beside its successor.
        _signal_group(self.process, signal.SIGKILL)
        self.process = None
        self.deaths = 0 if time.monotonic() - self.started_at > HEALTHY_SECONDS else self.deaths
        pause = BACKOFF_SECONDS[min(self.deaths, len(BACKOFF_SECONDS) - 1)]
        self.deaths += 1
        self.start_at = time.monotonic() + pause
        return status


class Supervisor:
    """Runs programs until SIGINT or SIGTERM."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._programs: list[Program] = []
        self._stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    @property
    def stopping(self) -> bool:
        """Whether somebody asked for the end."""
        return self._stopping

    def start(self, program: Program) -> None:
        """Start it and keep it alive from now on."""
        program.start()
        self._programs.append(program)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Watch the programs; returns when asked to stop, or when `until` says so."""
        while not self._stopping and not until():
            self.look()
            time.sleep(POLL_SECONDS)

    def look(self) -> None:
        """One look: tell of the dead, start again those whose pause is over."""
        for program in self._programs:
            status = program.died()
            if status is not None:
                pause = program.start_at - time.monotonic()
                self._say(f"{program.name} ended {_how(status)}; starting it again in {max(pause, 0):.0f} s")
            if program.process is None and time.monotonic() >= program.start_at:
                program.start()

    def stop(self) -> None:
        """End every process: SIGTERM to each group, SIGKILL after `STOP_SECONDS`."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for program in self._programs:
            if program.process is not None:
                try:
                    program.process.wait(max(deadline - time.monotonic(), 0.0))
                except subprocess.TimeoutExpired:
                    self._say(
                        f"{program.name} did not end by itself, killing it; its work is resumed at the next start"
                    )
        # Also where the process itself has ended: its group may hold children that have not.
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        for program in self._programs:
            if program.process is not None:
                _signal_group(program.process, number)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # nobody of it is left
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """In the child: be told to end when the supervisor is killed, so that no orphan holds the port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(status: int) -> str:
    return f"by signal {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
