"""Who brings a large file gives way to whoever waits for a page or asks how the hub is.

The threads of a web process share one interpreter. A page asks for it a hundred times, before and after each query, and
twenty uploads ask for it with every piece that comes: a page of 30 ms took seconds beside them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.25
"""For one piece of a body (256 kB): so an upload goes on at 1 MB/s at least, however many pages are asked for."""
_lock = threading.Lock()
_nobody = threading.Event()
_nobody.set()
_before_us = 0


def goes_first(view: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """Let `view` go before bodies. It is short, and waits for nobody outside this machine."""

    @wraps(view)
    def before_others(first: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
        _come(1)
        try:
            return view(first, *args, **kwargs)
        finally:
            _come(-1)

    return before_others


def give_way() -> None:
    """Return when nobody goes first, or after `PATIENCE_SECONDS`."""
    _nobody.wait(PATIENCE_SECONDS)


def _come(count: int) -> None:
    global _before_us
    with _lock:
        _before_us += count
        if _before_us:
            _nobody.clear()
        else:
            _nobody.set()
