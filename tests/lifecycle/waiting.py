"""Waiting for a condition instead of for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL

LONG = 60.0  # seconds: a test that waits this long has failed


def until(condition: Callable[[], object]) -> None:
    """Return as soon as `condition()` is true; fail after `LONG`."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


def taken_connections() -> int:
    """Connections of this process that somebody uses, out of those that its pool holds open (PostgreSQL only)."""
    stats = cast(PostgreSQL, connection).pool.get_stats()
    return int(stats["pool_size"] - stats["pool_available"])
