"""The gate of preparation: a few at once, whoever has had least first."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcripts.engine.gate import GIVES_WAY, LONG_SECONDS, Gate

WAIT = 10.0


class Crowd:
    """Threads before a gate with one place, which is taken until `open`; notes who comes in."""

    def __init__(self) -> None:
        self.gate = Gate(1)
        self.came: list[str] = []
        self._pool = ThreadPoolExecutor(16)
        self._doors = threading.Event()
        self._pool.submit(self._hold)
        self._until(lambda: self.gate._free == 0)

    def queue(self, name: str, had: float) -> None:
        """Let somebody wait, who has had so many seconds."""
        waiting = len(self.gate._waiting)
        self._pool.submit(self._enter, name, had)
        self._until(lambda: len(self.gate._waiting) > waiting)

    def open(self) -> list[str]:
        """All come in, one after the other."""
        self._doors.set()
        self._pool.shutdown()
        return self.came

    def _hold(self) -> None:
        assert self.gate.do(0.0, lambda: self._doors.wait(6 * WAIT))

    def _enter(self, name: str, had: float) -> None:
        self.gate.do(had, lambda: self.came.append(name))

    @staticmethod
    def _until(is_so: Callable[[], bool]) -> None:
        """Looks often: the gate tells nobody that somebody waits."""
        deadline = time.monotonic() + WAIT
        while not is_so():
            assert time.monotonic() < deadline
            time.sleep(0.001)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    made = Crowd()
    yield made
    made.open()


def test_who_has_had_least_comes_first_and_of_equals_who_came_first(crowd: Crowd) -> None:
    crowd.queue("long", 3600.0)
    crowd.queue("clip", 0.0)
    crowd.queue("other clip", 0.0)
    assert crowd.open() == ["clip", "other clip", "long"]


def test_every_fourth_place_goes_to_who_has_waited_longest(crowd: Crowd) -> None:
    crowd.queue("long", 3600.0)
    for number in range(5):
        crowd.queue(f"clip {number}", 0.0)
    assert crowd.open() == [
        "clip 0",
        "clip 1",
        "long",
        "clip 2",
        "clip 3",
        "clip 4",
    ]  # the holder was the first of four


def test_as_many_as_there_are_places_are_in_at_once() -> None:
    gate = Gate(3)
    inside = threading.Barrier(3, timeout=WAIT)

    with ThreadPoolExecutor(6) as pool:
        for one in [pool.submit(gate.do, 0.0, inside.wait) for _ in range(6)]:
            one.result(WAIT)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread be nicer than its process")
def test_long_files_leave_a_place_to_clips_and_give_way_to_them() -> None:
    gate, doors = Gate(2), threading.Event()
    busy = threading.Semaphore(0)

    def hold() -> int:
        busy.release()
        assert doors.wait(WAIT)
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    with ThreadPoolExecutor(3) as pool:
        long = [pool.submit(gate.do, LONG_SECONDS, hold) for _ in range(2)]
        assert busy.acquire(timeout=WAIT)
        assert gate.do(LONG_SECONDS - 1, lambda: "a clip") == "a clip"
        assert not busy.acquire(blocking=False)  # the second of them waits still
        doors.set()
        niceness = [one.result(WAIT) for one in long]
    assert niceness == [os.nice(0) + GIVES_WAY] * 2


def test_an_error_inside_gives_the_place_back() -> None:
    gate = Gate(1)

    def fail() -> None:
        raise ValueError("inside")

    for had in (0.0, LONG_SECONDS):
        with pytest.raises(ValueError, match="inside"):
            gate.do(had, fail)
    assert gate.do(0.0, lambda: "in") == "in"
