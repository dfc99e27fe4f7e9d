"""Two texts beside one another: what is the same, what differs, and where it stands."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.wording import Said, compare, differences
from transcripts.wording.matching import runs
from transcripts.wording.nearness import NEAR_MS, Heard, near_runs

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12)


def spoken(*segments: str, from_ms: int = 0, each_ms: int = 1000) -> list[Said]:
    """A second for each segment, or `each_ms`, its words evenly in it."""
    return [
        Said(f" {word}", from_ms + each_ms * number + each_ms * place // len(text.split()), number)
        for number, text in enumerate(segments)
        for place, word in enumerate(text.split())
    ]


def table(*, left: list[Said], right: list[Said]) -> list[tuple[int, list[tuple[str, str]], list[tuple[str, str]]]]:
    return [(row.start_ms, row.left, row.right) for row in compare(left, right).rows]  # type: ignore[misc]


@given(st.lists(WORDS.map(" ".join), max_size=6), st.lists(WORDS.map(" ".join), max_size=6), st.integers(0, 30_000))
def test_near_runs_are_both_sequences_and_nothing_is_the_same_that_is_said_far_apart(
    left: list[str], right: list[str], later_ms: int
) -> None:
    a, b = (
        Heard([word.text.strip() for word in said], [word.start_ms for word in said])
        for said in (spoken(*left, each_ms=5000), spoken(*right, each_ms=5000, from_ms=later_ms))
    )
    found = list(near_runs(a, b))
    assert [word for run in found for word in a.words[run.a_start : run.a_end]] == a.words
    assert [word for run in found for word in b.words[run.b_start : run.b_end]] == b.words
    assert [run.same for run in found] == [bool(i % 2) is not found[0].same for i in range(len(found))]
    for run in found:
        if run.same:
            assert a.words[run.a_start : run.a_end] == b.words[run.b_start : run.b_end]
            times = zip(a.starts[run.a_start : run.a_end], b.starts[run.b_start : run.b_end], strict=True)
            assert all(abs(ours - theirs) <= NEAR_MS for ours, theirs in times)


def test_what_is_said_again_and_again_is_the_same_only_at_its_own_time() -> None:
    left = spoken("thank you", "the next point", "thank you", "the last point", each_ms=60_000)
    right = spoken("", "the next point", "thank you", "the last point", each_ms=60_000)
    assert [(row.start_ms, row.is_same) for row in compare(left, right).rows] == [
        (0, False),
        (60_000, True),
        (120_000, True),
        (180_000, True),
    ]
    missed = spoken("", "", "thank you", each_ms=60_000)
    assert [
        (row.start_ms, row.is_same)
        for row in compare(spoken("thank you", "", "thank you", each_ms=60_000), missed).rows
    ] == [
        (0, False),
        (120_000, True),
    ]


def test_an_hour_that_one_of_them_left_out_takes_nothing_from_the_rest() -> None:
    """Eight phrases of one council, over and over, of which the right text lacks the first hour."""
    phrases = ["yes", "no", "thank you", "who is against it", "nobody", "carried", "the next point", "please"]
    every = [phrases[(number * number) % 8] for number in range(1440)]
    found = compare(spoken(*every, each_ms=5000), spoken(*[""] * 720, *every[720:], each_ms=5000))
    rest = [row for row in found.rows if row.start_ms >= 3_600_000]
    assert all(row.is_same for row in rest)
    assert found.only_right == 0


@given(WORDS, WORDS)
def test_runs_are_both_sequences_from_beginning_to_end(a: list[str], b: list[str]) -> None:
    found = list(runs(a, b))
    assert [word for run in found for word in a[run.a_start : run.a_end]] == a
    assert [word for run in found for word in b[run.b_start : run.b_end]] == b
    assert all((a[r.a_start : r.a_end] == b[r.b_start : r.b_end]) == r.same for r in found)


@given(st.text(alphabet="ab ,.\n東é", max_size=20), st.text(alphabet="ab ,.\n東é", max_size=20))
def test_differences_spell_both_texts(old: str, new: str) -> None:
    found = differences(old, new)
    assert "".join(text for kind, text in found if kind != "+") == old
    assert "".join(text for kind, text in found if kind != "-") == new
    assert all(text for _, text in found)


def test_differences_are_whole_words() -> None:
    assert differences("two yellow tables for Peter", "two tables for peter!") == [
        ("=", "two "),
        ("-", "yellow "),
        ("=", "tables for "),
        ("-", "Peter"),
        ("+", "peter!"),
    ]
    assert differences("a b c", "x y c") == [("-", "a b"), ("+", "x y"), ("=", " c")]


@given(st.lists(WORDS.map(" ".join), max_size=5), st.lists(WORDS.map(" ".join), max_size=5))
def test_every_word_of_both_texts_is_in_the_table_once_and_in_order(left: list[str], right: list[str]) -> None:
    found = compare(spoken(*left), spoken(*right))
    assert "".join(text for row in found.rows for _, text in row.left).split() == " ".join(left).split()
    assert "".join(text for row in found.rows for _, text in row.right).split() == " ".join(right).split()
    assert found.same + found.only_left == len(" ".join(left).split())
    assert found.same + found.only_right == len(" ".join(right).split())


def test_rows_are_the_segments_of_the_left_text() -> None:
    assert table(left=spoken("one two", "three four"), right=spoken("one two three for")) == [
        (0, [("=", " one two")], [("=", " one two")]),
        (1000, [("=", " three "), ("-", "four")], [("=", " three "), ("+", "for")]),
    ]


def test_case_and_punctuation_are_no_difference() -> None:
    found = compare(spoken("Hello, Peter."), spoken("hello peter"))
    assert found.rows[0].is_same
    assert (found.same, found.only_left, found.only_right) == (2, 0, 0)


def test_what_one_of_them_did_not_hear_stands_in_rows_of_its_own() -> None:
    right = spoken("one two", "all of", "this here", "three")
    assert table(left=spoken("one two", "", "", "three"), right=right) == [
        (0, [("=", " one two")], [("=", " one two")]),
        (1000, [], [("=", " "), ("+", "all of")]),
        (2000, [], [("=", " "), ("+", "this here")]),
        (3000, [("=", " three")], [("=", " three")]),
    ]


def test_a_text_in_another_language_is_laid_out_by_time() -> None:
    assert table(left=spoken("eins zwei", "drei"), right=spoken("one two", "three")) == [
        (0, [("=", " "), ("-", "eins zwei")], [("=", " "), ("+", "one two")]),
        (1000, [("=", " "), ("-", "drei")], [("=", " "), ("+", "three")]),
    ]


@pytest.mark.parametrize("change_every", [7, 1])
def test_ten_hours_are_compared_at_once(change_every: int) -> None:
    """30,000 words a side: with frequent words, and with hardly a word in common."""
    words = [f"w{(number * number) % 997 % 40 if number % 3 else number}" for number in range(30_000)]
    other = [f"x{number % 50}" if number % change_every == 0 else word for number, word in enumerate(words)]
    left = [Said(f" {word}", 300 * number, number // 12) for number, word in enumerate(words)]
    right = [Said(f" {word}", 300 * number, number // 12) for number, word in enumerate(other)]
    started = time.process_time()
    found = compare(left, right)
    assert time.process_time() - started < 5  # a third of a second where nothing else is at work
    assert found.same == (25_714 if change_every == 7 else 0)
