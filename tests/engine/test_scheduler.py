"""One thread for the model, many jobs at its door."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from transcripts.engine import EngineClosed, Job
from transcripts.engine.scheduler import AGAIN, Again, Lane, Scheduler

WAIT = 10.0


@dataclass(eq=False)
class Item:
    """Work with a name."""

    name: str
    key: str = "same"
    seconds: float = 30.0
    rounds: int = 1
    bad: bool = False


@dataclass
class Model:
    """Notes what it is given; waits at the gate, so that a test decides what is queued when it runs."""

    batches: list[list[str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def step(self, batch: Sequence[Item]) -> list[str | Again]:
        """Answer each item with its name in capitals."""
        self.entered.set()
        assert self.gate.wait(WAIT)
        self.batches.append([item.name for item in batch])
        if any(item.bad for item in batch):
            raise ValueError("bad item")
        for item in batch:
            item.rounds -= 1
        return [AGAIN if item.rounds else item.name.upper() for item in batch]


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def scheduler(model: Model) -> Iterator[Scheduler[Item, str]]:
    made: Scheduler[Item, str] = Scheduler(model.step, max_batch=4)
    yield made
    model.gate.set()
    made.close()


@pytest.fixture
def busy(model: Model, scheduler: Scheduler[Item, str]) -> Scheduler[Item, str]:
    """A scheduler whose model is at work, so that what is submitted now queues up."""
    scheduler.lane(Job("first")).submit(Item("0"))
    assert model.entered.wait(WAIT)
    return scheduler


def test_windows_of_all_jobs_share_a_batch_one_per_job_and_turn(model: Model, busy: Scheduler[Item, str]) -> None:
    lanes = {name: busy.lane(Job(name)) for name in "abc"}
    futures = [lanes[name].submit(Item(f"{name}{number}")) for name in "abc" for number in (1, 2)]
    model.gate.set()
    assert [future.result(WAIT) for future in futures] == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert model.batches == [["0"], ["a1", "b1", "c1", "a2"], ["b2", "c2"]]


def test_the_least_served_job_goes_first(model: Model, scheduler: Scheduler[Item, str]) -> None:
    old, new, plug = (scheduler.lane(Job(name)) for name in ("old", "new", "plug"))
    model.gate.set()
    old.submit(Item("served before")).result(WAIT)
    model.gate.clear()
    model.entered.clear()
    plug.submit(Item("plug"))
    assert model.entered.wait(WAIT)
    futures = [lane.submit(Item(f"{lane.job.id}{number}")) for lane in (old, new) for number in range(4)]
    model.gate.set()
    for future in futures:
        future.result(WAIT)
    assert model.batches[2:] == [["new0", "old0", "new1", "old1"], ["new2", "old2", "new3", "old3"]]


def test_different_keys_never_share_a_batch(model: Model, busy: Scheduler[Item, str]) -> None:
    lane, other = busy.lane(Job("a")), busy.lane(Job("b"))
    futures = [lane.submit(Item("a1", "x")), lane.submit(Item("a2", "y")), other.submit(Item("b1", "x"))]
    model.gate.set()
    for future in futures:
        future.result(WAIT)
    assert model.batches == [["0"], ["a1", "b1"], ["a2"]]


def test_a_bad_window_fails_alone(model: Model, busy: Scheduler[Item, str]) -> None:
    futures = [busy.lane(Job(name)).submit(Item(name, bad=name == "b")) for name in "abc"]
    model.gate.set()
    assert futures[0].result(WAIT) == "A"
    assert futures[2].result(WAIT) == "C"
    with pytest.raises(ValueError, match="bad item"):
        futures[1].result(WAIT)
    assert model.batches[1:] == [["a", "b", "c"], ["a"], ["b"], ["c"]]


def test_work_that_asks_for_another_round_gets_it_before_the_rest_of_its_job(
    model: Model, busy: Scheduler[Item, str]
) -> None:
    lane = busy.lane(Job("a"))
    futures = [lane.submit(Item("hard", "x", rounds=3)), lane.submit(Item("easy", "y"))]
    model.gate.set()
    assert [future.result(WAIT) for future in futures] == ["HARD", "EASY"]
    assert model.batches[1:] == [["hard"], ["hard"], ["hard"], ["easy"]]


def test_closing_a_lane_drops_what_is_queued_and_touches_no_other(model: Model, busy: Scheduler[Item, str]) -> None:
    kept, dropped = busy.lane(Job("kept")), busy.lane(Job("dropped"))
    gone, stays = dropped.submit(Item("gone")), kept.submit(Item("stays"))
    dropped.close()
    model.gate.set()
    assert stays.result(WAIT) == "STAYS"
    assert gone.cancelled()
    assert model.batches == [["0"], ["stays"]]
    with pytest.raises(EngineClosed):
        dropped.submit(Item("too late"))


def test_closing_the_scheduler_lets_the_running_batch_end_and_cancels_the_rest(model: Model) -> None:
    scheduler: Scheduler[Item, str] = Scheduler(model.step, max_batch=1)
    lane = scheduler.lane(Job("a"))
    running = lane.submit(Item("running"))
    assert model.entered.wait(WAIT)
    queued = lane.submit(Item("queued"))
    closer = threading.Thread(target=scheduler.close)
    closer.start()
    while not is_closed(lane):
        pass
    model.gate.set()
    closer.join(WAIT)
    assert running.result(WAIT) == "RUNNING"
    assert queued.cancelled()
    assert model.batches == [["running"]]


def is_closed(lane: Lane[Item, str]) -> bool:
    try:
        lane.submit(Item("too late"))
    except EngineClosed:
        return True
    return False
