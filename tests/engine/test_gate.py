"""The gate of preparation: a few at once, whoever has had least first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcripts.engine.gate import Gate

WAIT = 10.0


class Crowd:
    """Threads before a gate with one place, which is taken until `open`; notes who comes in."""

    def __init__(self) -> None:
        self.gate = Gate(1)
        self.came: list[str] = []
        self._pool = ThreadPoolExecutor(16)
        self._doors = threading.Event()
        self._pool.submit(self._hold)
        self._until_waiting(lambda: self.gate._free == 0)

    def queue(self, name: str, had: float) -> None:
        """Let somebody wait, who has had so many seconds."""
        waiting = len(self.gate._waiting)
        self._pool.submit(self._enter, name, had)
        self._until_waiting(lambda: len(self.gate._waiting) > waiting)

    def open(self) -> list[str]:
        """All come in, one after the other."""
        self._doors.set()
        self._pool.shutdown()
        return self.came

    def _hold(self) -> None:
        with self.gate.place(0.0):
            assert self._doors.wait(WAIT)

    def _enter(self, name: str, had: float) -> None:
        with self.gate.place(had):
            self.came.append(name)

    def _until_waiting(self, is_so: object) -> None:
        with self.gate._changed:
            assert self.gate._changed.wait_for(is_so, WAIT)  # type: ignore[arg-type]


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

    def enter() -> None:
        with gate.place(0.0):
            inside.wait()

    with ThreadPoolExecutor(6) as pool:
        for one in [pool.submit(enter) for _ in range(6)]:
            one.result(WAIT)


def test_an_error_inside_gives_the_place_back() -> None:
    gate = Gate(1)
    with pytest.raises(ValueError, match="inside"), gate.place(0.0):
        raise ValueError("inside")
    with gate.place(0.0):
        pass
