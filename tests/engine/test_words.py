"""Word times that can be true: in order, with a length, near what attention found, none in a pause."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.engine.words import SHORTEST_SECONDS, TimedWord, settle

times = st.floats(0, 30, allow_nan=False)


def said(*words: tuple[str, float, float]) -> list[TimedWord]:
    return [TimedWord(text, start, end, 0.9, 1) for text, start, end in words]


def starts(words: list[TimedWord]) -> list[float]:
    return [word.start for word in words]


def test_plausible_times_stay_where_they_were_found() -> None:
    found = said((" two", 1.0, 1.3), (" green", 1.3, 1.75), (" tables", 1.75, 2.3))
    assert starts(settle(found, 1.0, 2.3, [])) == pytest.approx([1.0, 1.3, 1.75], abs=0.03)


def test_a_last_word_without_time_gets_its_share_of_the_phrase() -> None:
    found = said((" two", 0.3, 0.6), (" tables", 0.6, 1.1), (" for", 1.1, 2.24), (" Peter.", 2.24, 2.24))
    *_, third, last = settle(found, 0.3, 1.7, [])
    assert last.start == pytest.approx(1.35, abs=0.15)
    assert last.end == pytest.approx(1.7)
    assert third.end - third.start > 0.1


def test_no_word_lies_in_a_pause() -> None:
    found = said((" Peter,", 0.0, 1.2), (" come", 1.2, 2.25), (" here.", 2.3, 2.7))
    first, second, _ = settle(found, 0.0, 2.7, [(0.05, 0.5), (1.9, 2.68)])
    assert [first.end, second.start] == pytest.approx([0.5, 1.9])


def test_one_word_fills_its_phrase() -> None:
    (word,) = settle(said((" Yes.", 0.4, 0.4)), 0.2, 0.9, [])
    assert [word.start, word.end] == pytest.approx([0.2, 0.9])


def test_a_number_in_digits_takes_longer_than_its_signs() -> None:
    found = said((" in", 0.0, 0.0), (" 1984", 0.0, 0.0))
    word, number = settle(found, 0.0, 1.5, [])
    assert number.end - number.start > 3 * (word.end - word.start)


def test_without_words_there_is_nothing_to_settle() -> None:
    assert settle([], 0.0, 1.0, []) == []


@st.composite
def phrases(draw: st.DrawFn) -> tuple[list[TimedWord], float, float, list[tuple[float, float]]]:
    """Words with any times at all, a phrase anywhere, and speech in it, beside it or not at all."""
    words = [
        TimedWord(draw(st.text(max_size=12)), draw(times), draw(times), 0.5, 1) for _ in range(draw(st.integers(1, 40)))
    ]
    start, end = sorted((draw(times), draw(times)))
    edges = sorted(draw(st.lists(times, max_size=8, unique=True)))
    return words, start, end, list(zip(edges[::2], edges[1::2], strict=False))


@given(phrases())
def test_words_run_forward_inside_their_phrase_whatever_was_found(
    phrase: tuple[list[TimedWord], float, float, list[tuple[float, float]]],
) -> None:
    words, start, end, speech = phrase
    settled = settle(words, start, end, speech)
    assert [word.text for word in settled] == [word.text for word in words]
    marks = [start, *(time for word in settled for time in (word.start, word.end)), end]
    assert all(before <= after + 1e-9 for before, after in pairwise(marks))


@given(phrases())
def test_no_word_is_without_time_unless_its_phrase_is(
    phrase: tuple[list[TimedWord], float, float, list[tuple[float, float]]],
) -> None:
    words, start, end, _ = phrase
    room = (end - start) / len(words)
    for word in settle(words, start, end, []):
        assert word.end - word.start >= min(SHORTEST_SECONDS, room / 2) - 1e-9
