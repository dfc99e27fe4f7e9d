"""When a call of the model counts as hung, by what was seen of it."""

from __future__ import annotations

from transcripts.engine.figures import RunningCall
from transcripts.hanging import LOOK_SECONDS, Stopwatch


def _looks(stopwatch: Stopwatch, call: RunningCall, begin: float, seconds: float) -> RunningCall | None:
    """What looks at `call` say from `begin` on, one every `LOOK_SECONDS`."""
    hung, now = None, begin
    while now <= begin + seconds and hung is None:
        hung = stopwatch.overdue([call], now)
        now += LOOK_SECONDS
    return hung


def test_a_call_that_is_out_for_longer_than_its_deadline_has_hung() -> None:
    call = RunningCall("decode", 4, 60.0)
    assert _looks(Stopwatch(), call, 1000.0, 60.0) is None
    assert _looks(Stopwatch(), call, 1000.0, 60.0 + 2 * LOOK_SECONDS) is call


def test_calls_that_follow_one_another_have_not_hung_however_alike_they_are() -> None:
    stopwatch = Stopwatch()
    for number in range(10):
        assert _looks(stopwatch, RunningCall("decode", 4, 60.0), number * 50.0, 48.0) is None


def test_of_two_models_the_one_that_hangs_is_named() -> None:
    stopwatch, hanging = Stopwatch(), RunningCall("interactive", 1, 60.0)
    for second in range(0, 60, 2):
        assert stopwatch.overdue([RunningCall("encode", 2, 60.0), hanging], second) is None
    assert stopwatch.overdue([RunningCall("encode", 2, 60.0), hanging], 61.0) is hanging


def test_while_nobody_could_look_a_call_does_not_hang() -> None:
    stopwatch, call = Stopwatch(), RunningCall("decode", 4, 60.0)
    assert stopwatch.overdue([call], 0.0) is None
    assert stopwatch.overdue([call], 3600.0) is None  # the process was stopped, or the machine slept
    assert _looks(stopwatch, call, 3600.0, 62.0) is call
