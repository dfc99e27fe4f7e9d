"""A connection that waits for its client, but not for ever.

A request that trickles in would hold a thread until then, and so would an answer that nobody reads. What may still be
waited is a budget of seconds, one for each direction. Waiting spends it, bytes that pass earn it back, up to where it
began. So a pause is allowed after good progress, and neither silence nor a byte now and then lasts for long.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Self, TypeVar

PATIENCE_SECONDS: Final = 60.0
"""What is waited at most in one go: a telephone between two cells, a laptop that changes its network."""
LEAST_RATE: Final = 4096.0
"""Bytes a second that a body must have on average: a quarter of what the slowest mobile networks carry."""
LEAST_READING_RATE: Final = 512.0
"""Bytes a second that an answer must be read with: a player that has enough goes on as slowly as speech is coded."""
FAREWELL_SECONDS: Final = 2.0
"""For the client to close its end too: closed before, a connection may lose the end of the answer on its way."""
_BLOCK_BYTES = 256 * 1024
_Result = TypeVar("_Result")


@dataclass
class _Budget:
    """Seconds that may be waited, and the bytes that earn back one of them; none do where that is 0."""

    most: float
    rate: float
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.most

    def passed(self, size: int, seconds: float) -> None:
        """So many bytes, for which it was waited so long."""
        earned = size / self.rate if self.rate else 0.0
        self.left = min(self.left - seconds + earned, self.most)


class PatientSocket(socket.socket):
    """As gunicorn's threads use it: `recv`, `sendall` and `sendfile`. It is blocking to everybody else."""

    _to_receive: _Budget
    _to_send: _Budget

    @classmethod
    def of(cls, connection: socket.socket) -> Self:
        """The same connection; what was given is closed without closing it."""
        patient = cls(connection.family, connection.type, connection.proto, fileno=connection.detach())
        patient.expect_request()
        return patient

    def expect_request(self) -> None:
        """A request begins. Its headers have one budget in all, and earn nothing: they are a few kilobytes."""
        self._to_receive = _Budget(PATIENCE_SECONDS, 0.0)
        self._to_send = _Budget(PATIENCE_SECONDS, LEAST_READING_RATE)

    def expect_body(self) -> None:
        """Its body begins."""
        self._to_receive = _Budget(PATIENCE_SECONDS, LEAST_RATE)

    def expect_rest(self, seconds: float) -> None:
        """What comes from now on is thrown away, for so many seconds at most."""
        self._to_receive = _Budget(seconds, 0.0)

    def part(self) -> None:
        """Nothing more is sent. Wait until the client has closed its end, for `FAREWELL_SECONDS` at most.

        Who closes the connection afterwards need not wait for anything any more.
        """
        self.expect_rest(FAREWELL_SECONDS)
        deadline = time.monotonic() + FAREWELL_SECONDS
        with suppress(OSError):
            self.shutdown(socket.SHUT_WR)
            while self.recv(_BLOCK_BYTES) and time.monotonic() < deadline:
                continue
        self.expect_rest(0.0)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """As any socket's.

        Raises:
            ClientTooSlow: the budget is spent.
        """
        if flags:  # somebody only looks whether there is anything
            return super().recv(size, flags)
        began = time.monotonic()
        data = self._when(select.POLLIN, self._to_receive.left, partial(super().recv, size, socket.MSG_DONTWAIT))
        if data is None:
            raise ClientTooSlow("The request came too slowly, or stopped coming.")
        self._to_receive.passed(len(data), time.monotonic() - began)
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """As any socket's.

        Raises:
            ClientTooSlow: the budget is spent.
        """
        rest = memoryview(data)
        while rest:
            rest = rest[self._sent(partial(super().send, rest, flags | socket.MSG_DONTWAIT)) :]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """As any socket's, of a file on disk. Raises as `sendall` does."""
        sent = 0
        self.setblocking(False)
        try:
            while count is None or sent < count:
                size = _BLOCK_BYTES if count is None else min(count - sent, _BLOCK_BYTES)
                part = self._sent(partial(os.sendfile, self.fileno(), file.fileno(), offset + sent, size))
                if not part:
                    break
                sent += part
        finally:
            self.setblocking(True)
        return sent

    def _sent(self, send: Callable[[], int]) -> int:
        began = time.monotonic()
        sent = self._when(select.POLLOUT, self._to_send.left, send)
        if sent is None:
            raise ClientTooSlow("The answer was read too slowly, or not at all.")
        self._to_send.passed(sent, time.monotonic() - began)
        return sent

    def _when(self, event: int, seconds: float, act: Callable[[], _Result]) -> _Result | None:
        """What comes of `act`, which does not wait, as soon as the connection is ready; None: not within `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return act()
            except BlockingIOError:
                poll = select.poll()
                poll.register(self, event)
                if not poll.poll(max(deadline - time.monotonic(), 0.0) * 1000):
                    return None


class ClientTooSlow(ConnectionResetError):
    """The client fell silent, let the request trickle, or the answer lie. To gunicorn a broken connection."""

    def __init__(self, words: str) -> None:
        super().__init__(errno.ECONNRESET, words)
