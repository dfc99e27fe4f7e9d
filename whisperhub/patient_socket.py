"""A connection that waits for its client, but not for ever: a request that trickles in would hold a thread until then.

What may still be waited is a budget of seconds. Waiting spends it, bytes that come earn it back, up to where it began.
So a pause is allowed after good progress, and neither silence nor a byte now and then lasts for long.
"""

from __future__ import annotations

import errno
import socket
import time
from typing import Final, Self

PATIENCE_SECONDS: Final = 60.0
"""What is waited at most in one go: a telephone between two cells, a laptop that changes its network."""
LEAST_RATE: Final = 4096.0
"""Bytes a second that a body must have on average: a quarter of what the slowest mobile networks carry."""


class PatientSocket(socket.socket):
    """As gunicorn's thread reads from it: `recv` alone is used. It is blocking to everybody else."""

    _budget = _most = PATIENCE_SECONDS
    _rate = 0.0

    @classmethod
    def of(cls, connection: socket.socket) -> Self:
        """The same connection; what was given is closed without closing it."""
        return cls(connection.family, connection.type, connection.proto, fileno=connection.detach())

    def expect_request(self) -> None:
        """A request begins. Its headers have one budget in all, and earn nothing: they are a few kilobytes."""
        self._allow(PATIENCE_SECONDS, 0.0)

    def expect_body(self) -> None:
        """Its body begins."""
        self._allow(PATIENCE_SECONDS, LEAST_RATE)

    def expect_rest(self, seconds: float) -> None:
        """What comes from now on is thrown away, for so many seconds at most."""
        self._allow(seconds, 0.0)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """As any socket's.

        Raises:
            SenderTooSlow: the budget is spent.
        """
        if flags:  # somebody only looks whether there is anything
            return super().recv(size, flags)
        began = time.monotonic()
        self.settimeout(max(self._budget, 0.001))
        try:
            data = super().recv(size)
        except TimeoutError as error:
            raise SenderTooSlow from error
        finally:
            # The answer is sent without: there a timeout would be the most that all of it may take.
            self.settimeout(None)
            self._budget -= time.monotonic() - began
        if self._rate:
            self._budget = min(self._budget + len(data) / self._rate, self._most)
        return data

    def _allow(self, seconds: float, rate: float) -> None:
        self._budget = self._most = seconds
        self._rate = rate


class SenderTooSlow(ConnectionResetError):
    """The sender fell silent or let the request trickle. To gunicorn, which reads the headers, a broken connection."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "The request came too slowly, or stopped coming.")
