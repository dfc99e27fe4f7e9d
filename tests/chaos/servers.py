"""A PostgreSQL and a Redis that belong to these tests alone: they may be stopped, emptied and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import redis

from tests.e2e.stack import free_port

START_SECONDS = 20.0


class Redis:
    """One that keeps nothing on disk: stopping it loses every message."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty; returns once it answers."""
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.client().ping()
                return
            except redis.ConnectionError:
                assert time.monotonic() < deadline, "Redis does not start"
                time.sleep(0.05)

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self) -> redis.Redis:
        """A connection to it."""
        return redis.Redis(port=self.port)


class PostgreSQL:
    """A cluster in `folder`, with a database `whisperhub`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._programs = _programs()

    def create(self) -> None:
        """Make the cluster and start it."""
        if os.geteuid() == 0:  # initdb refuses to run as root
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-U", "whisperhub", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "whisperhub", "whisperhub")

    def start(self) -> None:
        """Start it; returns once it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self._folder} -c max_connections=200"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Every connection breaks off; what was committed is found again at the next start."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        # No pipes: the server that pg_ctl leaves behind would hold them open.
        subprocess.run([*as_postgres, *command], check=True, timeout=60, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def own_redis() -> Iterator[Redis]:
    """A Redis that is gone afterwards."""
    server = Redis()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def own_postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that is gone afterwards. Not in pytest's own folder, where only its own user may look."""
    with TemporaryDirectory(prefix="whisperhub-postgresql-", ignore_cleanup_errors=True) as folder:
        server = PostgreSQL(Path(folder))
        server.create()
        try:
            yield server
        finally:
            server.stop()


def missing() -> str:
    """What these tests lack here, in words; empty where all is installed."""
    if not shutil.which("redis-server"):
        return "the program redis-server is not installed"
    try:
        _programs()
        pwd.getpwnam("postgres")
    except (IndexError, KeyError):
        return "PostgreSQL's server is not installed"
    return ""


def _programs() -> Path:
    """The folder with `initdb`: Debian keeps it out of the PATH, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return (found[-1] if found else Path(shutil.which("initdb") or found[-1])).parent
