"""Things that happen at the same moment: real threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def together(*calls: Callable[[], T]) -> list[T]:
    """Call all at once, each in its own thread; their results in the order of the calls. The first error is raised."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        try:
            gate.wait(timeout=30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures: Sequence[Future[T]] = [pool.submit(run, call) for call in calls]
    return [future.result() for future in futures]
