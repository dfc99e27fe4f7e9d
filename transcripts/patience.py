"""A database that is away for a moment: who has words in hand waits for it, instead of losing them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
DATABASE_IS_AWAY = (OperationalError, InterfaceError)
"""What Django raises when the database does not answer, refuses the connection, or is locked for too long."""

T = TypeVar("T")


def patiently(write: Callable[[], T], *, seconds: float) -> T:
    """Call `write` until the database takes it, for so many seconds; then its error is raised.

    A write may be called again though its first call was committed and only the answer was lost: it has to notice
    that by itself, as every verb of `lifecycle` does by its lease and the order of its windows.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return write()
        except DATABASE_IS_AWAY as error:
            if connection.in_atomic_block or time.monotonic() + PAUSE_SECONDS > deadline:
                raise
            logger.warning("The database does not answer, trying again: %s", error)
            connection.close()
            time.sleep(PAUSE_SECONDS)
