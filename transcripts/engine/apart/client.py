"""Asks for one file to be read apart, and says in words when its reader does not survive it."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, Final

from transcripts.engine.errors import EngineError, MediaError, NoAudio, ReaderLost, Unreadable

from . import wire

SILENCE_SECONDS: Final = 300.0
"""Between two signs of life: more than a reader may work, so that only a storage that hangs comes to it."""
STOP_SECONDS: Final = 2.0
_ROOT = Path(__file__).resolve().parents[3]
# Of our environment a reader is given nothing but what starts a program: no passwords.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL, -signal.SIGSYS}
_ERRORS: dict[str, type[EngineError]] = {kind.__name__: kind for kind in (Unreadable, NoAudio, ReaderLost)}


def ask(do: str, path: Path, **options: Any) -> Generator[tuple[bytes, bytearray]]:
    """What the reader tells, message by message. Close it, and the reader is gone.

    Raises:
        MediaError: the file is at fault; also where its reader crashed over it, or needed more than a file may.
        ReaderLost: the reader was ended from outside, or its storage fails or does not answer.
    """
    connection, ending = _server.connect({"do": do, "path": str(path.absolute()), **options})
    with connection, ending:
        connection.settimeout(SILENCE_SECONDS)
        while True:
            try:
                kind, payload = wire.receive(connection)
            except TimeoutError as error:
                raise ReaderLost("The process that reads the recording does not answer.") from error
            except (EOFError, OSError) as error:
                raise _broken(ending.read()) from error
            if kind == wire.DONE:
                return
            if kind == wire.ERROR:
                name, words = json.loads(payload)
                raise _ERRORS.get(name, MediaError)(words)
            yield kind, payload


def _broken(written: bytes) -> Exception:
    """Why a reader ended in the middle, by what its keeper wrote: nothing where that is gone too."""
    code = int(written or 0)
    if code == wire.OUT_OF_MEMORY:
        return Unreadable("This file cannot be read: it needs more memory than a recording may. It may be damaged.")
    if code == -signal.SIGXCPU:
        return Unreadable("This file cannot be read: it takes longer than any recording does. It may be damaged.")
    if code in _CRASHES:
        return Unreadable(f"This file cannot be read: it crashes the decoder ({signal.Signals(-code).name}).")
    return ReaderLost(f"The process that reads the recording was ended in the middle of it ({code}).")


class _Server:
    """The fork server of this process, started when it is first needed, and anew should it be gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def connect(self, order: dict[str, Any]) -> tuple[socket.socket, BinaryIO]:
        """The connection on which an order is answered, and where it is written how its reader ended.

        Raises:
            ReaderLost: no server can be started.
        """
        ours, theirs = socket.socketpair()
        ending, write = os.pipe()
        with theirs, os.fdopen(write, "wb") as told, self._lock:
            for _ in range(2):  # the one that runs, or else a new one
                try:
                    parts = [theirs.fileno(), told.fileno()]
                    socket.send_fds(self._running(), [json.dumps(order).encode()], parts)
                except OSError:
                    self._stop()
                else:
                    return ours, os.fdopen(ending, "rb")
        ours.close()
        os.close(ending)
        raise ReaderLost("The process that reads recordings cannot be started.")

    def close(self) -> None:
        """Let it go, with this process."""
        with self._lock:
            self._stop()

    def _running(self) -> socket.socket:
        if self._orders is None or self._owner != os.getpid():  # a forked child leaves its parent's alone
            self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(  # our own module
                    [sys.executable, "-m", "transcripts.engine.apart.server"],
                    cwd=_ROOT,
                    env={name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is not for it
                )
            self._owner = os.getpid()
        return self._orders

    def _stop(self) -> None:
        if self._orders is not None:
            self._orders.close()
            self._orders = None
        if self._process is not None and self._owner == os.getpid():
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None


_server = _Server()
atexit.register(_server.close)
