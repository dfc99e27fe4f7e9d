"""One thread for the model, many jobs at its door."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.engine.pretended import WAIT, Item, Model
from transcripts.engine import Job
from transcripts.engine.scheduler import Scheduler
from transcripts.engine.turns import Sizes
from transcripts.engine.turns.sizes import HUNG_UNKNOWN
from transcripts.engine.types import Priority


def test_windows_of_all_jobs_share_a_batch_one_per_job_and_turn(model: Model, busy: Scheduler[Item, str]) -> None:
    lanes = {name: busy.lane(Job(name)) for name in "abc"}
    futures = [lanes[name].submit(Item(f"{name}{number}")) for name in "abc" for number in (1, 2)]
    model.gate.set()
    assert [future.result(WAIT) for future in futures] == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert model.batches == [["0"], ["a1", "b1", "c1", "a2"], ["b2", "c2"]]


def test_different_keys_never_share_a_batch(model: Model, busy: Scheduler[Item, str]) -> None:
    lane, other = busy.lane(Job("a")), busy.lane(Job("b"))
    futures = [lane.submit(Item("a1", "x")), lane.submit(Item("a2", "y")), other.submit(Item("b1", "x"))]
    model.gate.set()
    for future in futures:
        future.result(WAIT)
    assert model.batches == [["0"], ["a1", "b1"], ["a2"]]


def test_a_bad_window_fails_alone(model: Model, busy: Scheduler[Item, str]) -> None:
    futures = [busy.lane(Job(name)).submit(Item(name, bad="step" if name == "b" else "")) for name in "abc"]
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


def test_bulk_work_is_encoded_first_and_interactive_work_goes_in_between(
    model: Model, busy: Scheduler[Item, str]
) -> None:
    bulk = busy.lane(Job("bulk", priority="bulk"))
    futures = [bulk.submit(Item(name)) for name in "ab"]
    clip = busy.lane(Job("clip")).submit(Item("clip"))
    model.gate.set()
    assert [future.result(WAIT) for future in futures] == ["A", "B"]
    assert clip.result(WAIT) == "CLIP"
    assert model.batches == [["0"], ["clip"], ["+a", "+b"], ["a", "b"]]


def test_a_window_that_cannot_be_encoded_fails_alone_and_is_not_decoded(
    model: Model, busy: Scheduler[Item, str]
) -> None:
    futures = [
        busy.lane(Job(name, priority="bulk")).submit(Item(name, bad="encode" if name == "b" else "")) for name in "abc"
    ]
    model.gate.set()
    assert futures[0].result(WAIT) == "A"
    assert futures[2].result(WAIT) == "C"
    with pytest.raises(ValueError, match="bad item"):
        futures[1].result(WAIT)
    assert model.batches[1:] == [["+a", "+b", "+c"], ["+a"], ["+b"], ["+c"], ["a", "c"]]


def test_what_is_too_large_for_memory_is_done_in_halves(model: Model, busy: Scheduler[Item, str]) -> None:
    model.memory = 2
    futures = [busy.lane(Job(name)).submit(Item(name)) for name in "abcd"]
    model.gate.set()
    assert [future.result(WAIT) for future in futures] == ["A", "B", "C", "D"]
    assert model.batches[1:] == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"]]


def test_a_window_that_is_too_large_for_memory_alone_fails(model: Model, busy: Scheduler[Item, str]) -> None:
    model.memory = 0
    future = busy.lane(Job("a")).submit(Item("a"))
    model.gate.set()
    with pytest.raises(RuntimeError, match="out of memory"):
        future.result(WAIT)


def test_it_tells_what_waits_what_runs_and_what_was_done(model: Model, busy: Scheduler[Item, str]) -> None:
    clip, bulk = busy.lane(Job("clip")), busy.lane(Job("bulk", priority="bulk"))
    futures = [clip.submit(Item("c", seconds=10)), bulk.submit(Item("b1")), bulk.submit(Item("b2"))]
    during = busy.figures()
    model.gate.set()
    for future in futures:
        future.result(WAIT)
    busy.close()
    after = busy.figures()
    assert (during.jobs, during.running, during.waiting) == (3, 1, {"interactive": 10.0, "bulk": 60.0})
    assert (after.jobs, after.running, after.waiting) == (0, 0, {"interactive": 0.0, "bulk": 0.0})
    done = {step: (figures.calls, figures.windows, figures.audio) for step, figures in after.steps.items()}
    assert done == {"interactive": (2, 2, 40.0), "encode": (1, 2, 60.0), "decode": (1, 2, 60.0)}
    assert after.steps["decode"].batch == 2.0
    assert all(figures.seconds > 0 for figures in after.steps.values())


def test_many_threads_that_come_go_fail_and_cancel_get_what_is_theirs(model: Model) -> None:
    model.gate.set()
    model.memory = 3
    scheduler: Scheduler[Item, str] = Scheduler(model, Sizes(most=6))

    def job(number: int) -> list[str]:
        priority: Priority = "bulk" if number % 2 else "normal"
        with closing(scheduler.lane(Job(str(number), f"owner {number % 3}", priority))) as lane:
            items = [
                Item(f"{number}.{index}", "xy"[index % 2], rounds=1 + index % 3, bad="step" if index == 5 else "")
                for index in range(12)
            ]
            futures = [lane.submit(item) for item in items]
            return [said(future) for future in futures[: 12 - number % 5]]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(job, range(36)))
    scheduler.close()
    for number, said_to_it in enumerate(answers):
        expected = [f"{number}.{index}" if index != 5 else "bad item" for index in range(12 - number % 5)]
        assert said_to_it == expected
    assert scheduler.figures().waiting == {"interactive": 0.0, "bulk": 0.0}


def said(future: Future[str]) -> str:
    try:
        return future.result(WAIT)
    except ValueError as error:
        return str(error)


def test_the_call_that_is_out_is_known_with_its_deadline_until_it_comes_back(
    model: Model, busy: Scheduler[Item, str]
) -> None:
    first = busy.running_call
    assert first is not None
    assert (first.step, first.windows, first.deadline) == ("interactive", 1, HUNG_UNKNOWN)
    futures = [busy.lane(Job(name)).submit(Item(name)) for name in "ab"]
    model.gate.set()
    for future in futures:
        future.result(WAIT)
    busy.close()
    assert busy.running_call is None
