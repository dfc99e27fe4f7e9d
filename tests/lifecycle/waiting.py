"""Waiting for a condition instead of for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

LONG = 60.0  # seconds: a test that waits this long has failed


def until(condition: Callable[[], object]) -> None:
    """Return as soon as `condition()` is true; fail after `LONG`."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


def open_connections() -> int:
    """Connections to the test database on PostgreSQL, ours included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)
