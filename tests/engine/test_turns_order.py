"""Which windows go before which: classes, pieces, ageing, rounds, failures."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.engine.ledger import Ledger, Window
from transcripts.engine.turns import FOLLOW_UP_SECONDS, PAUSE_SECONDS, Call
from transcripts.engine.types import Priority


def names(call: Call[Window] | None) -> list[str]:
    assert call is not None
    return [turn.work.name for turn in call.turns]


def script(calls: list[Call[Window]]) -> list[str]:
    """`interactive a.0 b.0`"""
    return [" ".join([call.step, *names(call)]) for call in calls]


def slow_encoder(step: str, windows: int) -> float:
    """One window per piece, any number in a decoding."""
    return 0.2 * windows if step == "encode" else 0.0001


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(most=4)


@pytest.fixture
def in_pieces() -> Ledger:
    """Has learned that only one window is to be encoded at a time, four decoded."""
    ledger = Ledger(most=4, seconds=slow_encoder)
    ledger.put(ledger.join("", "bulk", "warm-up"), count=40)
    ledger.run()
    assert script(ledger.calls[-5:]) == [
        "encode warm-up.36",
        "encode warm-up.37",
        "encode warm-up.38",
        "encode warm-up.39",
        "decode warm-up.36 warm-up.37 warm-up.38 warm-up.39",
    ]
    ledger.calls.clear()
    return ledger


def test_a_clip_goes_before_a_long_file_that_came_first(ledger: Ledger) -> None:
    ledger.put(ledger.join("", "bulk", "long"), count=4)
    ledger.put(ledger.join("", "normal", "clip"), seconds=10)
    assert script([ledger.step(), ledger.step()]) == [  # type: ignore[list-item]
        "interactive clip.0",
        "encode long.0 long.1 long.2 long.3",
    ]


def test_a_clip_goes_between_the_pieces_of_a_bulk_batch(in_pieces: Ledger) -> None:
    in_pieces.put(in_pieces.join("", "bulk", "long"), count=3)
    in_pieces.step()
    in_pieces.put(in_pieces.join("", "normal", "clip"), seconds=10)
    in_pieces.run()
    assert script(in_pieces.calls) == [
        "encode long.0",
        "interactive clip.0",
        "encode long.1",
        "encode long.2",
        "decode long.0 long.1 long.2",
    ]


@pytest.mark.parametrize(("priority", "windows"), [("interactive", 20), ("normal", 2), ("bulk", 0)])
def test_a_job_is_interactive_for_so_many_of_its_30_second_windows(priority: Priority, windows: int) -> None:
    ledger = Ledger(most=7)
    ledger.put(ledger.join("", priority), count=30)
    ledger.run()
    served: Counter[str] = Counter()
    for call in ledger.calls:
        served[call.step] += len(call.turns)
    assert served["interactive"] == windows
    assert served["decode"] == 30 - windows


def test_all_windows_of_a_clip_of_a_minute_are_interactive_through_all_their_rounds(ledger: Ledger) -> None:
    ledger.put(ledger.join("", "normal", "clip"), count=2, rounds=3)
    ledger.put(ledger.join("", "bulk", "long"), count=1)
    ledger.run()
    assert script(ledger.calls) == ["interactive clip.0 clip.1"] * 3 + ["encode long.0", "decode long.0"]


def test_work_on_audio_that_is_counted_elsewhere_does_not_use_up_the_allowance(ledger: Ledger) -> None:
    clip = ledger.join("", "normal", "clip")
    ledger.put(clip, seconds=0, count=3, key="detect")
    ledger.put(clip, seconds=30, count=2, is_encoded=True)
    ledger.run()
    assert script(ledger.calls) == ["interactive clip.0 clip.1 clip.2", "interactive clip.3 clip.4"]


def test_a_pause_is_made_after_idleness_and_where_an_interactive_job_may_have_more_to_send(ledger: Ledger) -> None:
    pauses = [ledger.turns.pause]
    ledger.put(ledger.join("", "bulk"), count=1)
    ledger.put(ledger.join("", "interactive"), count=6)
    while ledger.step():
        pauses.append(ledger.turns.pause)
    assert [call.step for call in ledger.calls] == ["interactive", "interactive", "encode", "decode"]
    assert pauses == [PAUSE_SECONDS, 0, PAUSE_SECONDS, 0, PAUSE_SECONDS]


def test_the_window_whose_language_was_asked_for_is_waited_for_and_no_longer(ledger: Ledger) -> None:
    clip = ledger.join("", "normal", "clip")
    ledger.put(ledger.join("", "bulk", "long"), count=1)
    ledger.put(clip, seconds=0, count=1, key="detect")
    ledger.step()
    asked = ledger.turns.pause
    ledger.put(clip, seconds=10, count=1, is_encoded=True)
    assert (asked, ledger.turns.pause) == (FOLLOW_UP_SECONDS, 0)
    ledger.run()
    assert script(ledger.calls) == ["interactive clip.0", "interactive clip.1", "encode long.0", "decode long.0"]


def test_nobody_waits_for_what_a_job_that_went_would_have_sent(ledger: Ledger) -> None:
    clip = ledger.join("", "normal", "clip")
    ledger.put(ledger.join("", "bulk", "long"), count=1)
    ledger.put(clip, seconds=0, count=1, key="detect")
    call = ledger.turns.take()
    assert call is not None
    ledger.turns.remove(clip.queue)
    ledger.turns.finish(call)
    assert ledger.turns.pause == PAUSE_SECONDS


def test_bulk_moves_one_step_after_every_eight_interactive_calls(in_pieces: Ledger) -> None:
    in_pieces.put(in_pieces.join("", "bulk", "long"), count=2)
    in_pieces.put(in_pieces.join("", "interactive", "clips"), seconds=1, count=200)
    for _ in range(27):
        in_pieces.step()
    assert [call.step for call in in_pieces.calls] == [
        *["interactive"] * 8,
        "encode",
        *["interactive"] * 8,
        "encode",
        *["interactive"] * 8,
        "decode",
    ]


def test_bulk_is_decoded_in_larger_batches_when_nobody_interactive_has_come_for_ten_seconds() -> None:
    ledger = Ledger(most=64, seconds=lambda step, windows: 0.001 if step == "encode" else 0.12 * windows)
    ledger.put(ledger.join("", "bulk", "long"), count=400)
    clips = ledger.join("", "interactive", "clips")

    def decoded(seconds: float) -> list[int]:
        calls = ledger.calls_until(lambda spent: spent > seconds)
        return [len(call.turns) for call in calls if call.step == "decode"]

    assert max(decoded(9)) <= 5
    assert decoded(7)[-1] == 12
    ledger.put(clips, seconds=1)
    ledger.step()
    assert max(decoded(3)) <= 5


def test_another_round_comes_before_the_rest_of_its_job_and_in_a_batch_of_its_own_key(ledger: Ledger) -> None:
    hard, easy = ledger.join("", "normal", "hard"), ledger.join("", "normal", "easy")
    ledger.put(hard, seconds=1, rounds=2)
    ledger.put(hard, seconds=1, count=5)
    ledger.put(easy, seconds=1, count=3)
    ledger.run()
    assert script(ledger.calls) == [
        "interactive hard.0 easy.0 hard.1 easy.1",
        "interactive hard.0",
        "interactive easy.2 hard.2 hard.3 hard.4",
        "interactive hard.5",
    ]


def test_another_round_is_encoded_anew_only_where_it_is_on_other_audio(in_pieces: Ledger) -> None:
    in_pieces.put(in_pieces.join("", "bulk", "same"), rounds=2)
    in_pieces.put(in_pieces.join("", "bulk", "other"), rounds=2, goes_on=True)
    in_pieces.run()
    assert script(in_pieces.calls) == [
        "encode same.0",
        "encode other.0",
        "decode same.0 other.0",
        "encode other.0",
        "decode same.0 other.0",
    ]


def test_a_window_that_fails_while_it_is_encoded_is_not_decoded_and_takes_no_other_along(in_pieces: Ledger) -> None:
    for name in "abc":
        in_pieces.put(in_pieces.join("", "bulk", name), bad=name == "b")
    in_pieces.run()
    assert script(in_pieces.calls) == ["encode a.0", "encode b.0", "encode c.0", "decode a.0 c.0"]


def test_a_job_that_is_cancelled_between_two_pieces_is_out_at_once(in_pieces: Ledger) -> None:
    jobs = {name: in_pieces.join("", "bulk", name) for name in "abc"}
    for job in jobs.values():
        in_pieces.put(job)
    in_pieces.step()
    in_pieces.cancel(jobs["a"])
    in_pieces.cancel(jobs["b"])
    in_pieces.run()
    assert script(in_pieces.calls) == ["encode a.0", "encode c.0", "decode c.0"]


def test_what_comes_back_for_a_job_that_was_cancelled_meanwhile_is_dropped(ledger: Ledger) -> None:
    gone = ledger.join("", "normal", "gone")
    ledger.put(gone, count=2)
    call = ledger.turns.take()
    assert names(call) == ["gone.0", "gone.1"]
    assert ledger.turns.remove(gone.queue) == []
    ledger.turns.finish(call, again=call.turns)  # type: ignore[arg-type, union-attr]
    assert ledger.turns.take() is None
    assert not ledger.turns


def test_after_memory_ran_out_smaller_calls_do_the_same_work() -> None:
    ledger = Ledger(most=8, memory=3)
    ledger.put(ledger.join("", "bulk", "long"), count=6)
    ledger.run()
    assert script(ledger.calls) == [
        "encode long.0 long.1 long.2 long.3",
        "encode long.0 long.1",
        "encode long.2 long.3",
        "decode long.0 long.1 long.2 long.3",
        "decode long.0 long.1",
        "decode long.2 long.3",
        "encode long.4 long.5",
        "decode long.4 long.5",
    ]


def test_newcomers_without_end_do_not_keep_a_window_waiting_for_ever() -> None:
    ledger = Ledger(most=1)
    waits = ledger.join("waits", "interactive", "waits")
    ledger.put(waits, count=2)
    for number in range(40):
        ledger.put(ledger.join(f"owner {number}", "interactive"), count=1)
        ledger.step()  # checks the bound
    assert waits.windows[1].done


def test_a_key_that_suits_nobody_else_is_not_passed_over() -> None:
    ledger = Ledger(most=4)
    ledger.put(ledger.join("odd", "interactive", "odd"), count=8, key="odd")
    ledger.put(ledger.join("even", "interactive", "even"), count=8)
    ledger.run()
    assert script(ledger.calls) == [
        "interactive odd.0 odd.1 odd.2 odd.3",
        "interactive even.0 even.1 even.2 even.3",
        "interactive odd.4 odd.5 odd.6 odd.7",
        "interactive even.4 even.5 even.6 even.7",
    ]
