"""The units as systemd reads them, and the programs that they start, heard as systemd hears them."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.speech import requires

from .conftest import DEPLOY, ROOT, plain_environment, rendered

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
# 2.5 of 10, in tenths.
EXPOSURE = "25"
PROGRAMS = ("gunicorn", "celery", "python")
NOTIFYING = ("whisper-api", "whisper-tasks", "whisper-beat", "whisper-worker@")
START_SECONDS = 60.0


def _instance(unit: Path) -> str:
    return unit.name.replace("@.", "@0.")


@pytest.fixture
def unit_folder(tmp_path: Path) -> Path:
    """The units in a folder, over an installation whose programs are there, as far as systemd looks."""
    for program in PROGRAMS:
        file = tmp_path / "opt" / "current" / ".venv" / "bin" / program
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in UNITS:
        (folder / _instance(unit)).write_text(rendered(unit, WHISPER_PREFIX=str(tmp_path / "opt")))
    return folder


@requires("systemd-analyze")
def test_systemd_has_nothing_to_say_against_the_units(unit_folder: Path) -> None:
    # Unknown keys are only warned of: its standard error must be empty too.
    names = [f"./{_instance(unit)}" for unit in UNITS]
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], cwd=unit_folder, capture_output=True, text=True, check=False
    )
    assert (found.stderr, found.stdout, found.returncode) == ("", "", 0)


@requires("systemd-analyze")
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_is_exposed_to_little(unit: Path) -> None:
    answer = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout.splitlines()[-1:]


def test_what_cuda_dies_of_is_not_in_the_units_that_use_the_card() -> None:
    for name in ("whisper-worker@.service", "whisper-gpu.service"):
        lines = (DEPLOY / "systemd" / name).read_text().splitlines()
        forbidden = {"PrivateDevices", "PrivateUsers", "ProcSubset", "MemoryDenyWriteExecute"}
        assert {line.split("=")[0] for line in lines if not line.startswith("#")}.isdisjoint(forbidden)


class Supervisor:
    """Stands for systemd: starts a unit's command line and hears what it says."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        for name in ("messages", "control"):
            (self.data / "queue" / name).mkdir(parents=True)
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(folder / "notify"))
        self.environment = plain_environment(
            {
                "NOTIFY_SOCKET": str(folder / "notify"),
                "WATCHDOG_USEC": "2000000",
                "WHISPERHUB_DATA_DIR": str(self.data),
                "WHISPER_MODEL": "demo",
                "PYTHONUNBUFFERED": "1",
            }
        )

    def migrate(self) -> None:
        """Make the database."""
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    @contextmanager
    def running(self, unit: Path) -> Iterator[subprocess.Popen[bytes]]:
        """The unit's own command, from this checkout instead of /opt/whisper."""
        parser = RawConfigParser(strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
        parser.read_string(rendered(unit, WHISPER_DATA=str(self.data), WHISPER_WEB_PORT=str(_free_port())))
        program, *arguments = shlex.split(parser["Service"]["ExecStart"])
        command = [sys.executable, str(Path(sys.executable).parent / Path(program).name), *arguments]
        process = subprocess.Popen(
            command[1:] if program.endswith("python") else command, cwd=ROOT, env=self.environment
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            self._ear.close()

    def hear(self, state: str, times: int = 1) -> None:
        """Wait until a program has said so, so many times."""
        deadline = time.monotonic() + START_SECONDS
        while times:
            self._ear.settimeout(max(deadline - time.monotonic(), 0.01))
            if state in self._ear.recv(4096).decode().splitlines():
                times -= 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.e2e
@pytest.mark.parametrize("name", NOTIFYING)
def test_a_unit_says_that_it_is_ready_and_alive_and_ends_when_asked(name: str, tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    supervisor.migrate()
    with supervisor.running(DEPLOY / "systemd" / f"{name}.service") as process:
        supervisor.hear("READY=1")
        supervisor.hear("WATCHDOG=1", times=2)
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_every_unit_that_watches_itself_is_started_by_a_test() -> None:
    watched = {unit.stem for unit in SERVICES if "WatchdogSec=" in unit.read_text()}
    assert watched == set(NOTIFYING)
