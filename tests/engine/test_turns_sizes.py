"""How many windows go into one call: learned from seconds, bounded by memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transcripts.engine.turns import MOST, Sizes, Step
from transcripts.engine.turns.sizes import HUNG, HUNG_AT_LEAST, HUNG_UNKNOWN

BUDGET: Mapping[Step, float] = {"interactive": 1.0, "encode": 1.0, "decode": 1.0}

Device = Callable[[int], float]


def device(fixed: float, each: float) -> Device:
    return lambda windows: fixed + each * windows


def work(sizes: Sizes, seconds: Device, calls: int, key: str = "key", step: Step = "decode") -> list[int]:
    """Calls that are as large as they may be; their sizes."""
    made = []
    for _ in range(calls):
        made.append(sizes.windows(step, key))
        sizes.record(step, key, made[-1], seconds(made[-1]))
    return made


def test_it_begins_with_a_few_and_doubles_at_most() -> None:
    assert work(Sizes(BUDGET, most=64), device(0.01, 0.001), 6) == [4, 8, 16, 32, 64, 64]


@settings(deadline=None)
@given(fixed=st.floats(0, 0.98), each=st.floats(0.001, 3))
@example(fixed=0.9, each=0.001)  # nearly all is fixed: calls of one size look as if nothing more would fit
def test_a_call_takes_as_many_windows_as_the_budget_has_room_for(fixed: float, each: float) -> None:
    seconds = device(fixed, each)
    size = work(Sizes(BUDGET, most=64), seconds, 40)[-1]
    fits = sum(seconds(windows) <= 1.0 for windows in range(1, 65))
    assert size in {max(1, fits - 1), max(1, fits), fits + 1}


def test_decoding_may_take_as_long_as_encoding_one_window() -> None:
    sizes = Sizes({"interactive": 1.0, "encode": 1.0, "decode": 1.0}, most=64)
    assert work(sizes, device(0.0, 3.3), 40, step="encode")[-1] == 1
    assert work(sizes, device(0.0, 0.16), 40, step="decode")[-1] == 20
    assert work(sizes, device(0.0, 0.16), 40, step="interactive")[-1] == 6


def test_decoding_may_take_three_times_as_long_where_nobody_waits_for_it() -> None:
    sizes = Sizes({"interactive": 0.5, "encode": 0.5, "decode": 0.5}, most=64)
    for step in ("interactive", "encode", "decode"):
        assert work(sizes, device(0.0, 0.0499), 40, step=step)[-1] == 10
    assert sizes.windows("decode", "key", unhurried=True) == 20  # twice any before, of 30
    assert sizes.windows("encode", "key", unhurried=True) == 10
    assert sizes.windows("interactive", "key", unhurried=True) == 10


@pytest.mark.parametrize("seed", range(5))
def test_calls_of_uneven_length_are_averaged(seed: int) -> None:
    random = Random(seed)
    sizes = work(Sizes(BUDGET, most=64), lambda windows: (0.2 + 0.04 * windows) * random.uniform(0.5, 1.5), 200)
    settled = sizes[50:]
    assert 0.7 * 20 <= sum(settled) / len(settled) <= 1.3 * 20


def test_what_the_first_call_of_a_step_teaches_is_forgotten_with_the_second() -> None:
    sizes = Sizes(BUDGET, most=64)
    sizes.record("decode", "key", 4, 600.0)
    sizes.record("decode", "other key", 1, 0.11)
    assert work(sizes, device(0.1, 0.01), 4) == [4, 8, 16, 32]


@pytest.mark.parametrize(("device_kind", "most"), [("cpu", 8), ("cuda", 64)])
def test_no_call_is_larger_than_its_device_gains_by_whatever_the_time(device_kind: str, most: int) -> None:
    assert work(Sizes(BUDGET, MOST[device_kind]), device(0.0, 0.0001), 20)[-1] == most


def test_one_stall_does_not_make_calls_small() -> None:
    sizes = Sizes(BUDGET, most=64)
    before = work(sizes, device(0.18, 0.04), 40)[-1]
    sizes.record("decode", "key", before, 300.0)
    assert before == 20
    assert sizes.windows("decode", "key") >= 12


def test_a_device_that_has_become_slower_gets_smaller_calls() -> None:
    sizes = Sizes(BUDGET, most=64)
    assert work(sizes, device(0.1, 0.0149), 400)[-1] == 60
    assert work(sizes, device(0.1, 0.15), 60)[-1] in {5, 6, 7}


def test_each_key_has_costs_of_its_own_and_a_new_one_begins_with_those_of_its_step() -> None:
    sizes = Sizes(BUDGET, most=64)
    assert work(sizes, device(0.0, 0.5), 40, "slow")[-1] == 2
    assert sizes.windows("decode", "new") == 2
    assert work(sizes, device(0.0, 0.05), 40, "fast")[-1] in {19, 20}
    assert sizes.windows("decode", "slow") == 2
    assert sizes.windows("encode", "slow") == 4


def test_keys_without_end_need_no_memory_without_end() -> None:
    sizes = Sizes(BUDGET, most=64)
    work(sizes, device(0.0, 0.25), 10, "old")
    for number in range(1000):
        sizes.record("decode", f"key {number}", 1, 0.05)
    assert len(sizes._of_key) == 64
    assert sizes.windows("decode", "old") != 4  # forgotten: what its step has cost lately


def test_out_of_memory_halves_and_is_remembered() -> None:
    sizes = Sizes(BUDGET, most=64)
    assert work(sizes, device(0.01, 0.001), 10)[-1] == 64
    assert sizes.out_of_memory("decode", 64)
    assert work(sizes, device(0.01, 0.001), 50) == [32] * 50
    assert sizes.out_of_memory("decode", 20)
    assert work(sizes, device(0.01, 0.001), 50, "other key")[-1] == 10
    assert work(sizes, device(0.01, 0.001), 10, step="encode")[-1] == 64


def test_after_many_good_calls_one_more_window_is_tried() -> None:
    sizes = Sizes(BUDGET, most=64)
    work(sizes, device(0.01, 0.001), 10)
    sizes.out_of_memory("decode", 16)
    assert work(sizes, device(0.01, 0.001), 450) == [8] * 200 + [9] * 200 + [10] * 50


def test_small_calls_do_not_count_as_good_ones() -> None:
    sizes = Sizes(BUDGET, most=64)
    work(sizes, device(0.01, 0.001), 10)
    sizes.out_of_memory("decode", 16)
    for _ in range(1000):
        sizes.record("decode", "key", 7, 0.02)
    assert sizes.windows("decode", "key") == 8


def test_a_window_that_is_too_large_alone_is_said() -> None:
    sizes = Sizes(BUDGET, most=64)
    assert not sizes.out_of_memory("decode", 1)
    assert sizes.windows("decode", "key") == 1


def test_a_call_has_hung_after_many_times_what_such_calls_have_taken() -> None:
    sizes = Sizes(BUDGET, most=64)
    work(sizes, device(5.0, 10.0), 40)
    assert sizes.deadline("decode", "key", 1) == pytest.approx(HUNG * 15.0, rel=0.01)
    assert sizes.deadline("decode", "key", 3) == pytest.approx(HUNG * 35.0, rel=0.3)
    assert sizes.deadline("decode", "another", 1) == pytest.approx(HUNG * 15.0, rel=0.01)


def test_no_call_has_hung_within_two_minutes_and_none_within_fifteen_where_nothing_is_known() -> None:
    sizes = Sizes(BUDGET, most=64)
    assert (HUNG_AT_LEAST, HUNG_UNKNOWN) == (120.0, 900.0)
    assert sizes.deadline("decode", "key", 4) == HUNG_UNKNOWN
    work(sizes, device(0.01, 0.001), 40)
    assert sizes.deadline("decode", "key", 64) == HUNG_AT_LEAST
    assert sizes.deadline("encode", None, 4) == HUNG_UNKNOWN
