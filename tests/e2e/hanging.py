"""The real settings and the real worker, but a call of the model blocks for ever where a file says so.

`fake-hang` in the data folder says how often, after how many windows' calls of a process, and whether Python's lock is
held meanwhile: `1 2 free`, `9 0 locked`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig

from whisperhub.settings import *  # noqa: F403
from whisperhub.settings import INSTALLED_APPS as REAL_APPS

INSTALLED_APPS = [*REAL_APPS, "tests.e2e.hanging.FakeHang"]


class FakeHang(AppConfig):
    """Puts the blocking call into the process that has the model, and shortens how long it is waited for."""

    name = "tests.e2e.hanging"

    def ready(self) -> None:
        """Called by Django at the start of every process."""
        if "gpu_worker" not in sys.argv:
            return
        from transcripts import hanging
        from transcripts.engine.decoding import Decoder
        from transcripts.engine.turns.sizes import Sizes

        hanging.LOOK_SECONDS, hanging.FROZEN_SECONDS = 0.2, 15.0  # type: ignore[misc]  # they are final to others
        orders = Orders(Path(os.environ["WHISPERHUB_DATA_DIR"], "fake-hang"))
        Decoder.step = blocking(Decoder.step, orders)  # type: ignore[method-assign]
        Sizes.deadline = hurried(Sizes.deadline, orders)  # type: ignore[method-assign]


class Orders:
    """What the file says, and how many calls this process has seen."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.calls = 0

    def is_due(self) -> bool:
        """Whether the next call is to block."""
        return self._file.exists() and self.calls >= int(self._file.read_text().split()[1])

    def block(self) -> None:
        """For ever; the next process finds one hang less."""
        left, after, lock = self._file.read_text().split()
        if int(left) == 1:
            self._file.unlink()
        else:
            self._file.write_text(f"{int(left) - 1} {after} {lock}")
        while True:
            (ctypes.PyDLL if lock == "locked" else ctypes.CDLL)(None).pause()


def blocking(step: Callable[..., Any], orders: Orders) -> Callable[..., Any]:
    """`step`, or a call that does not come back."""

    def wrapped(self: Any, batch: Sequence[Any]) -> Any:
        if orders.is_due():
            orders.block()
        outcomes = step(self, batch)
        orders.calls += hasattr(batch[0], "prompt")
        return outcomes

    return wrapped


def hurried(deadline: Callable[..., float], orders: Orders) -> Callable[..., float]:
    """`deadline`, but seconds where the call will block: the others may take as long as a busy machine needs."""

    def wrapped(self: Any, *arguments: Any) -> float:
        return 1.0 if orders.is_due() else deadline(self, *arguments)

    return wrapped
