"""A wire to a service that can be cut and mended, while both ends stay as they are."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType

CHUNK_BYTES = 65_536


class Wire:
    """Listens on a port of its own and passes bytes on to `port` of this machine, until it is cut.

    A cut wire drops what is open without a word and takes no new connections; `mend` makes it whole again.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._is_cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="wire", daemon=True)

    def __enter__(self) -> Wire:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._listener.close()
        self._thread.join(timeout=5)

    def cut(self) -> None:
        """From now on nothing passes."""
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """New connections pass again."""
        with self._lock:
            self._is_cut = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with near:
            if self._is_cut:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            with far, self._open(near, far):
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()

    def _open(self, *ends: socket.socket) -> _Open:
        return _Open(self, ends)


class _Open:
    """Both ends of one connection, known to its wire while they are open."""

    def __init__(self, wire: Wire, ends: tuple[socket.socket, ...]) -> None:
        self._wire, self._ends = wire, ends

    def __enter__(self) -> None:
        with self._wire._lock:
            self._wire._ends.update(self._ends)

    def __exit__(self, *_: object) -> None:
        with self._wire._lock:
            self._wire._ends.difference_update(self._ends)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
