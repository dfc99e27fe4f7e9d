"""The units as systemd reads them, and the programs that they start, heard as systemd hears them."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from configparser import RawConfigParser
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.stack import free_port
from tests.speech import requires

from .conftest import DEPLOY, ROOT, plain_environment, rendered

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
# 2.5 of 10, in tenths.
EXPOSURE = "25"
PROGRAMS = ("gunicorn", "celery", "python")
UNIT_OF_BACKUPS = DEPLOY / "systemd" / "whisper-backup.service"
NOTIFYING = ("whisper-api", "whisper-tasks", "whisper-beat", "whisper-worker@")
START_SECONDS = 120.0


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


class Started:
    """One unit's own command, from this checkout instead of /opt/whisper, heard as systemd hears it."""

    def __init__(self, name: str, data: Path) -> None:
        self.name = name
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(str(data / f"{name}.notify"))
        told = {"NOTIFY_SOCKET": str(data / f"{name}.notify"), "WATCHDOG_USEC": "2000000"}
        command = _command(DEPLOY / "systemd" / f"{name}.service", data)
        self.process = subprocess.Popen(command, cwd=ROOT, env=_settings(data) | told)

    def hear(self, state: str, times: int = 1) -> None:
        """Wait until it has said so, so many times."""
        deadline = time.monotonic() + START_SECONDS
        while times:
            self._ear.settimeout(max(deadline - time.monotonic(), 0.01))
            if state in self._ear.recv(4096).decode().splitlines():
                times -= 1

    def end(self) -> None:
        """Be gone, whatever state it is in."""
        self.process.kill()
        self.process.wait()
        self._ear.close()


def _settings(data: Path) -> dict[str, str]:
    return plain_environment(
        {"WHISPERHUB_DATA_DIR": str(data), "WHISPER_MODEL": "demo", "PYTHONUNBUFFERED": "1"},
    )


def _command(unit: Path, data: Path) -> list[str]:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    parser.read_string(rendered(unit, WHISPER_DATA=str(data), WHISPER_WEB_PORT=str(free_port())))
    program, *arguments = shlex.split(parser["Service"]["ExecStart"])
    installed = [] if program.endswith("python") else [str(Path(sys.executable).parent / Path(program).name)]
    return [sys.executable, *installed, *arguments]


@pytest.mark.e2e
def test_every_unit_says_that_it_is_ready_and_alive_and_ends_when_asked(tmp_path: Path) -> None:
    for name in ("messages", "control"):
        (tmp_path / "queue" / name).mkdir(parents=True)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=_settings(tmp_path), check=True)
    with ExitStack() as ending:
        started = [Started(name, tmp_path) for name in NOTIFYING]
        for unit in started:
            ending.callback(unit.end)
        for unit in started:
            unit.hear("READY=1")
            unit.hear("WATCHDOG=1", times=2)
        backup = [word.replace("${BACKUPS}", str(tmp_path)) for word in _command(UNIT_OF_BACKUPS, tmp_path)]
        subprocess.run(backup, cwd=ROOT, env=_settings(tmp_path), check=True)
        assert len(list(tmp_path.glob("whisperhub-*.tar"))) == 1  # the pattern by which old ones are removed
        for unit in started:
            os.kill(unit.process.pid, signal.SIGTERM)
        assert {unit.name: unit.process.wait(timeout=30) for unit in started} == dict.fromkeys(NOTIFYING, 0)


def test_every_unit_that_watches_itself_is_started_by_a_test() -> None:
    watched = {unit.stem for unit in SERVICES if "WatchdogSec=" in unit.read_text()}
    assert watched == set(NOTIFYING)
