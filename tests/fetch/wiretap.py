"""Sees every connection and every name lookup that this process makes, by Python's own audit events."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_taps: list["Wiretap"] = []
_installed: list[Callable[[str, tuple[Any, ...]], None]] = []


class Wiretap:
    """What was heard, in order.

    Attributes:
        connections: (address, port) of each attempt to connect.
        lookups: each host name handed to the operating system.
    """

    def __init__(self, reachable: Callable[[tuple[str, int]], bool]) -> None:
        self.connections: list[tuple[str, int]] = []
        self.lookups: list[str] = []
        self._reachable = reachable

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Note the event, and fail it where it must not happen."""
        if event == "socket.getaddrinfo":
            self.lookups.append(args[0])
        elif event == "socket.connect":
            peer = args[1][:2]
            self.connections.append(peer)
            if not self._reachable(peer):
                raise ConnectionRefusedError(111, "Connection refused")


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if _taps and event.startswith("socket."):
        for tap in _taps:
            tap.hear(event, args)


@contextmanager
def wiretap(reachable: Callable[[tuple[str, int]], bool] = lambda _peer: True) -> Iterator[Wiretap]:
    """Listen for the duration of the block; connections to peers that are not `reachable` fail before they are made."""
    if not _installed:
        sys.addaudithook(_listen)  # there is no way to remove one, hence the list
        _installed.append(_listen)
    tap = Wiretap(reachable)
    _taps.append(tap)
    try:
        yield tap
    finally:
        _taps.remove(tap)
