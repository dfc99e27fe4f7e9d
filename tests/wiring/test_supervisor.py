"""The supervisor, with real processes: it restarts what dies, says so, and leaves nobody behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.e2e.processes import alive
from whisperhub.supervisor import BACKOFF_SECONDS, Program

SCRIPT = """
import sys
from whisperhub import supervisor
supervisor.STOP_SECONDS, supervisor.POLL_SECONDS, supervisor.BACKOFF_SECONDS = 0.5, 0.02, (0.05,)
keeper = supervisor.Supervisor(lambda text: print(text, flush=True))
for number, command in enumerate(sys.argv[1:], 1):
    keeper.start(supervisor.Program(f"program {number}", ["sh", "-c", command]))
print("all started", flush=True)
keeper.run()
keeper.stop()
print("all stopped", flush=True)
"""
SECONDS = 30


class Keeper:
    """A supervisor in a process of its own; its programs are shell commands."""

    def __init__(self, folder: Path, *commands: str) -> None:
        self.folder = folder
        self.log = folder / "log"
        with self.log.open("wb") as log:
            command = [sys.executable, "-c", SCRIPT, *commands]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=settings.BASE_DIR)
        self.wait_for("all started")

    def wait_for(self, text: str, times: int = 1) -> str:
        """The log, once `text` is in it so many times."""
        deadline = time.monotonic() + SECONDS
        while (said := self.log.read_text()).count(text) < times:
            assert time.monotonic() < deadline, said
            time.sleep(0.01)
        return said

    def pids(self, times: int = 1) -> list[int]:
        """What the programs have told of themselves and their children: lines such as `pid 123`."""
        return [int(pid) for pid in re.findall(r"^pid (\d+)$", self.wait_for("pid ", times), re.MULTILINE)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> str:
        """Everything that was said until the end."""
        self.process.send_signal(number)
        self.process.wait(SECONDS)
        return self.log.read_text()


Keep = Callable[..., Keeper]


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    """`keep(*commands)` starts a supervisor of these; nothing of it outlives the test."""
    keepers: list[Keeper] = []

    def start(*commands: str) -> Keeper:
        keepers.append(Keeper(tmp_path, *commands))
        return keepers[-1]

    yield start
    for keeper in keepers:
        keeper.process.kill()
        keeper.process.wait(SECONDS)
        for pid in re.findall(r"^pid (\d+)$", keeper.log.read_text(), re.MULTILINE):
            if alive(int(pid)):
                os.kill(int(pid), signal.SIGKILL)


def _gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + SECONDS
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


WAIT = "echo pid $$; exec sleep 1000"
WITH_CHILD = "sleep 1000 & echo pid $!; echo pid $$; wait"


@pytest.mark.parametrize(("end", "how"), [("exit 3", "with status 3"), ("kill -9 $$", "by signal SIGKILL")])
def test_a_program_that_dies_is_started_again_and_that_is_said(keep: Keep, end: str, how: str) -> None:
    keeper = keep(f"echo begin; {end}", WAIT)
    said = keeper.wait_for("begin", times=3)
    assert said.count(f"program 1 ended {how}; starting it again in 0 s") >= 2
    assert "program 2 ended" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_is_the_end_of_all_programs_and_their_children(keep: Keep, number: signal.Signals) -> None:
    keeper = keep(WAIT, WITH_CHILD)
    pids = keeper.pids(times=3)
    assert all(alive(pid) for pid in pids)
    said = keeper.stop(number)
    assert said.endswith("all stopped\n")
    assert "ended" not in said
    assert [pid for pid in pids if alive(pid)] == []


def test_a_program_that_will_not_end_is_killed_and_that_is_said(keep: Keep) -> None:
    keeper = keep("trap '' TERM; echo pid $$; while true; do sleep 0.1; done")
    pids = keeper.pids()
    assert "program 1 did not end by itself, killing it" in keeper.stop()
    assert _gone(pids)


def test_a_child_that_will_not_end_does_not_outlive_a_program_that_did(keep: Keep) -> None:
    keeper = keep("(trap '' TERM; while true; do sleep 0.1; done) & echo pid $!; echo pid $$; exec sleep 1000")
    pids = keeper.pids(times=2)
    keeper.stop()
    assert _gone(pids)


def test_what_a_dead_program_leaves_behind_is_ended_before_it_is_started_again(keep: Keep) -> None:
    keeper = keep(WITH_CHILD)
    child, parent = keeper.pids(times=2)
    os.kill(parent, signal.SIGKILL)
    keeper.wait_for("pid ", times=4)
    assert _gone([child])
    keeper.stop()
    assert _gone(keeper.pids(times=4))


def test_a_supervisor_that_is_killed_takes_its_programs_along(keep: Keep) -> None:
    keeper = keep(WAIT, "trap 'exit 0' TERM; echo pid $$; while true; do sleep 0.05; done")
    pids = keeper.pids(times=2)
    keeper.process.kill()
    assert _gone(pids)


def test_a_program_that_keeps_dying_is_started_more_and_more_slowly() -> None:
    program = Program("quick", ["true"])
    pauses = []
    for _ in range(len(BACKOFF_SECONDS) + 2):
        program.start()
        assert program.process is not None
        program.process.wait(SECONDS)
        before = time.monotonic()
        assert program.died() == 0
        pauses.append(round(program.start_at - before))
    assert pauses == [1, 2, 5, 15, 30, 30, 30]


def test_a_program_that_lived_for_a_while_begins_anew() -> None:
    program = Program("quick", ["true"], deaths=4)
    program.start()
    program.started_at -= 61
    assert program.process is not None
    program.process.wait(SECONDS)
    before = time.monotonic()
    program.died()
    assert round(program.start_at - before) == 1


def test_a_program_has_its_own_environment_beside_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    program = Program("printer", ["sh", "-c", f'echo "$OWN $HOME" > {out}'], {"OWN": "mine"})
    program.start()
    assert program.process is not None
    program.process.wait(SECONDS)
    assert out.read_text() == f"mine {os.environ['HOME']}\n"
