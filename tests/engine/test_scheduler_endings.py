"""Jobs that end, and a scheduler that is closed, while their windows wait or run."""

from __future__ import annotations

import threading

import pytest

from tests.engine.pretended import WAIT, Item, Model
from transcripts.engine import EngineClosed, Job
from transcripts.engine.scheduler import Lane, Scheduler
from transcripts.engine.turns import Call, Sizes, Turns


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
    scheduler: Scheduler[Item, str] = Scheduler(model, Sizes(most=1))
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


def test_a_job_that_ends_while_its_window_runs_gets_no_other_round(
    model: Model, scheduler: Scheduler[Item, str]
) -> None:
    lane, other = scheduler.lane(Job("gone")), scheduler.lane(Job("stays"))
    future = lane.submit(Item("gone", rounds=5))
    assert model.entered.wait(WAIT)
    lane.close()
    stays = other.submit(Item("stays"))
    model.gate.set()
    assert stays.result(WAIT) == "STAYS"
    assert future.cancelled()
    assert model.batches == [["gone"], ["stays"]]


def test_a_job_that_ends_while_its_last_window_runs_disturbs_nobody(
    model: Model, scheduler: Scheduler[Item, str]
) -> None:
    lane, other = scheduler.lane(Job("gone")), scheduler.lane(Job("stays"))
    future = lane.submit(Item("gone"))
    assert model.entered.wait(WAIT)
    lane.close()
    stays = other.submit(Item("stays"))
    model.gate.set()
    assert stays.result(WAIT) == "STAYS"
    assert future.cancelled()


def test_a_job_that_ends_in_the_pause_before_its_first_call_disturbs_nobody(
    model: Model, scheduler: Scheduler[Item, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pausing, took, take = threading.Event(), threading.Event(), Turns.take

    def pause(_: object) -> float:
        pausing.set()
        return 0.05

    def watched(turns: Turns[Item]) -> Call[Item] | None:
        took.set()
        return take(turns)

    monkeypatch.setattr(Turns, "pause", property(pause))
    monkeypatch.setattr(Turns, "take", watched)
    lane = scheduler.lane(Job("gone"))
    future = lane.submit(Item("gone"))
    assert pausing.wait(WAIT)
    lane.close()
    assert took.wait(WAIT)
    model.gate.set()
    assert scheduler.lane(Job("stays")).submit(Item("stays")).result(WAIT) == "STAYS"
    assert future.cancelled()
    assert model.batches == [["stays"]]


def test_a_job_that_ends_while_a_piece_of_it_is_encoded_is_not_decoded(
    model: Model, scheduler: Scheduler[Item, str]
) -> None:
    lane = scheduler.lane(Job("gone", priority="bulk"))
    future = lane.submit(Item("gone"))
    assert model.entered.wait(WAIT)
    lane.close()
    model.gate.set()
    assert scheduler.lane(Job("stays")).submit(Item("stays")).result(WAIT) == "STAYS"
    assert future.cancelled()
    assert model.batches == [["+gone"], ["stays"]]


def is_closed(lane: Lane[Item, str]) -> bool:
    try:
        lane.submit(Item("too late"))
    except EngineClosed:
        return True
    return False
