"""Tells systemd how a service of ours is: ready, or still alive. Without `NOTIFY_SOCKET` nobody listens."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

# systemd's own advice: feed the watchdog twice in the time that it waits. Twice that lets one be late.
FEEDINGS = 4


def notify(state: str) -> None:
    """Send one state (`READY=1`, `WATCHDOG=1`, …) to whoever started this process."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A service must neither end nor wait because its supervisor does not listen at the moment.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as messenger:
        messenger.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


class Watchdog:
    """Whoever gets on calls `feed` as often as it likes; systemd hears of it as often as `WatchdogSec=` needs."""

    def __init__(self) -> None:
        wanted = float(os.environ.get("WATCHDOG_USEC") or 0)
        self._pause = wanted / 1e6 / FEEDINGS if wanted else None
        self._next = 0.0

    def feed(self) -> None:
        """Still alive."""
        if self._pause is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + self._pause
            notify("WATCHDOG=1")


watchdog = Watchdog()
