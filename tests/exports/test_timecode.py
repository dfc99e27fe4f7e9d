"""Times as text."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import srt
from hypothesis import given
from hypothesis import strategies as st

from tests.exports.documents import unhurried
from transcripts.exports import clock, milliseconds

HOUR_MS = 3_600_000


def test_every_centisecond_of_an_hour_is_written_as_it_is_counted() -> None:
    counted = (f"00:{m:02}:{s:02}.{cs:02}0" for m, s, cs in product(range(60), range(60), range(100)))
    assert [clock(ms) for ms in range(0, HOUR_MS, 10)] == list(counted)


@pytest.mark.parametrize("hour", [9, 59, 60, 61, 99, 100, 1000])
def test_every_second_of_a_late_hour_is_written_as_it_is_counted(hour: int) -> None:
    parts = product(range(60), range(60), (0, 1, 500, 999))
    counted = [f"{hour:02}:{m:02}:{s:02},{ms:03}" for m, s, ms in parts]
    start = hour * HOUR_MS
    written = [clock(at + ms, ",") for at in range(start, start + HOUR_MS, 1000) for ms in (0, 1, 500, 999)]
    assert written == counted


@pytest.mark.parametrize(
    ("ms", "written"),
    [
        (0, "00:00:00.000"),
        (1, "00:00:00.001"),
        (9_999, "00:00:09.999"),
        (10_000, "00:00:10.000"),
        (59_999, "00:00:59.999"),
        (3_599_999, "00:59:59.999"),
        (60 * HOUR_MS - 1, "59:59:59.999"),
        (60 * HOUR_MS, "60:00:00.000"),
        (100 * HOUR_MS, "100:00:00.000"),
    ],
)
def test_the_edges_of_each_unit(ms: int, written: str) -> None:
    assert clock(ms) == written


@unhurried
@given(st.integers(0, 10**12))
def test_srt_reads_the_same_time_back(ms: int) -> None:
    assert srt.srt_timestamp_to_timedelta(clock(ms, ",")) == timedelta(milliseconds=ms)


def test_a_time_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="negative time: -1 ms"):
        clock(-1)


def test_seconds_are_rounded_once_so_that_no_thousand_milliseconds_appear() -> None:
    assert milliseconds(9.9995) == 10_000
    assert clock(milliseconds(9.9996)) == "00:00:10.000"
    assert clock(milliseconds(9.9994)) == "00:00:09.999"


@pytest.mark.parametrize("hours", [0, 60])
def test_every_centisecond_of_an_hour_in_float_seconds_keeps_its_millisecond(hours: int) -> None:
    first = hours * 360_000
    assert all(milliseconds(cs / 100) == cs * 10 for cs in range(first, first + 360_000))


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -0.001])
def test_what_is_no_time_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="not a time"):
        milliseconds(seconds)
