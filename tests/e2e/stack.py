"""The real service, started as `make run` starts it, in a data folder and on a port of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.processes import descendants, named

ROOT = Path(__file__).resolve().parents[2]
READY = r"WhisperHub is ready: "
START_SECONDS = 90.0
# One for all: each client would read the certificates of every authority, 20 ms of work, and nothing here is encrypted.
TLS = ssl.create_default_context()
STOP_SECONDS = 10.0  # what `make run` promises for Ctrl-C
# From the tester's own environment only what any program needs: no setting of theirs, nor pytest-django's.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@contextmanager
def at_rest(stack: Stack) -> Iterator[None]:
    """The worker does nothing while the block runs: what is sent waits."""
    worker = stack.find("gpu_worker")
    os.kill(worker, signal.SIGSTOP)
    while not _can_be_written(stack.data_dir / "whisperhub.sqlite3"):  # it was stopped in the middle of a write
        os.kill(worker, signal.SIGCONT)
        time.sleep(0.05)
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def _can_be_written(database: Path) -> bool:
    if not database.exists():  # PostgreSQL locks rows, not everything
        return True
    with closing(sqlite3.connect(database, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


def free_port() -> int:
    """A TCP port on loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Output:
    """What a process writes, line by line; a test can wait for a line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: list[str] = []
        self._ended = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._read, name="stack-output", daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        """All of it so far."""
        with self._news:
            return "".join(self._lines)

    def wait_for(self, pattern: str, seconds: float, *, after: int = 0) -> re.Match[str]:
        """The first match of `pattern` past the first `after` characters, as soon as it is written.

        Raises:
            AssertionError: with all that was written, if the process ends or `seconds` pass without it.
        """
        deadline = time.monotonic() + seconds
        with self._news:
            while (found := re.compile(pattern).search("".join(self._lines), after)) is None:
                remaining = deadline - time.monotonic()
                if self._ended or remaining <= 0:
                    raise AssertionError(f"{pattern!r} was not written within {seconds} s:\n" + "".join(self._lines))
                self._news.wait(remaining)
        return found

    def close(self) -> None:
        """Wait for the last line; it comes when no process is left that could write one."""
        self._thread.join(timeout=10)
        assert not self._thread.is_alive(), "a process outlived the stack and holds its output open"
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self._lines.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


class Stack:
    """`manage.py run` and its processes. Enter it to start it; leave it and everything is gone."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str], port: int | None = None) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
            "WHISPERHUB_DATA_DIR": str(data_dir),
            "WHISPERHUB_PORT": str(self.port),
            "WHISPER_MODEL": "demo",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str]
        self.output: Output
        self._seen: list[int] = []

    def __enter__(self) -> Stack:
        self.launch()
        try:
            self.output.wait_for(READY, START_SECONDS)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def launch(self) -> None:
        """Start it, without waiting until it serves."""
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = Output(self.process)

    def interrupt(self) -> float:
        """Ctrl-C; the seconds until `manage.py run` was gone.

        Raises:
            TimeoutExpired: after ten seconds.
        """
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(STOP_SECONDS)
        took = time.monotonic() - began
        self.output.close()
        return took

    def end(self) -> None:
        """Be gone, whatever state it is in."""
        left = [*self._seen, *descendants(self.process.pid)]
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(2 * STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.output.close()

    def kill(self, program: str) -> None:
        """SIGKILL the process whose command line contains `program`; its own children are left alone."""
        os.kill(self.find(program), signal.SIGKILL)

    def kill_group(self, program: str) -> None:
        """SIGKILL the process whose command line contains `program`, and its children."""
        os.killpg(self.find(program), signal.SIGKILL)

    def find(self, program: str) -> int:
        """The process whose command line contains `program`."""
        family = descendants(self.process.pid)
        self._seen += family  # what becomes an orphan now is still ours to end
        return named(family, program)

    def manage(self, *arguments: str) -> str:
        """What another `manage.py` command says of this installation."""
        command: Sequence[str] = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, timeout=60, capture_output=True, text=True
        ).stdout

    @property
    def key(self) -> str:
        """The API key that the first start made."""
        return (self.data_dir / "first-api-key").read_text().strip()

    @property
    def headers(self) -> dict[str, str]:
        """Headers with the key."""
        return {"Authorization": f"Bearer {self.key}"}

    def client(self) -> httpx.Client:
        """An HTTP client with the key."""
        return httpx.Client(base_url=self.base_url, headers=self.headers, timeout=120.0, verify=TLS)

    def health(self) -> dict[str, Any]:
        """What `/health` answers now; an empty dict while nobody does."""
        try:
            answer: dict[str, Any] = httpx.get(f"{self.base_url}/health", timeout=5, verify=TLS).json()
        except httpx.TransportError:
            return {}
        return answer
