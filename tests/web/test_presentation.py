"""Rows in words and figures."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.rows import recording
from transcripts.models import ApiKey, Segment
from transcripts.templatetags.presentation import clock, percent, seconds, sender, time_taken, word_times


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(None, "–"), (0, "0:00"), (999, "0:00"), (59_999, "0:59"), (60_000, "1:00"), (3_599_999, "59:59"),
     (3_600_000, "1:00:00"), (360_000_000, "100:00:00")],
)  # fmt: skip
def test_a_clock_is_rounded_down(milliseconds: int | None, text: str) -> None:
    assert clock(milliseconds) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "0"), (10_000, "10"), (12_300, "12.3"), (12_345, "12.345"), (5, "0.005")]
)
def test_seconds_of_an_address_are_exact(milliseconds: int, text: str) -> None:
    assert seconds(milliseconds) == text


@pytest.mark.parametrize(("milliseconds", "text"), [(300, "0.3 s"), (59_949, "59.9 s"), (61_000, "1:01")])
def test_time_taken_is_fine_where_it_is_short(milliseconds: int, text: str) -> None:
    assert time_taken(milliseconds) == text


@pytest.mark.parametrize(("share", "shown"), [(0.0, 0), (0.999, 99), (1.0, 100)])
def test_a_hundred_percent_means_done(share: float, shown: int) -> None:
    assert percent(share) == shown


def _word(text: str, start: int) -> dict[str, Any]:
    return {"word": text, "start_ms": start, "end_ms": start + 10, "probability": 1.0}


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (" Hello there.", [_word(" Hello", 0), _word(" there.", 20)], "0 5 0 10,6 6 20 30"),
        ("会議です", [_word("会議", 0), _word("です", 20)], "0 2 0 10,2 2 20 30"),
        (" no no", [_word(" no", 0), _word(" no", 20)], "0 2 0 10,3 2 20 30"),
        # Outside of the Basic Multilingual Plane the browser counts two.
        (" 😀 yes", [_word(" 😀", 0), _word(" yes", 20)], "0 2 0 10,3 3 20 30"),
        (" Hello there.", [_word(" Hello", 0), _word(" where.", 20)], ""),
        (" Hello", [_word(" Hello", 0), _word(" ", 20)], ""),
        (" Hello", [], ""),
    ],
)
def test_words_are_placed_in_the_text_that_is_shown(text: str, words: list[dict[str, Any]], expected: str) -> None:
    assert word_times(Segment(text=text, words=words)) == expected


@pytest.mark.django_db
def test_the_sender_is_a_person_a_key_or_a_network(alice: User) -> None:
    key = ApiKey(name="Werify")
    key.renew()
    key.save()
    named = User(username="ana", first_name="Ana", last_name="Costa")
    named.save()
    rows = [recording(owner=alice), recording(owner=named), recording(api_key=key), recording()]
    assert [sender(row) for row in rows] == ["alice", "Ana Costa", "Werify", "trusted network"]
