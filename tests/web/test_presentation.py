"""Rows in words and figures."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.rows import recording
from transcripts.exports import FORMATS
from transcripts.models import ApiKey
from transcripts.templatetags.presentation import clock, format_label, percent, roughly, seconds, sender, time_taken


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


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "less than a minute"), (29_000, "less than a minute"), (61_000, "1 min"), (3_590_000, "1 h"),
     (9_600_000, "2 h 40 min")],
)  # fmt: skip
def test_a_guess_is_not_told_to_the_second(milliseconds: int, text: str) -> None:
    assert roughly(milliseconds) == text


def test_every_format_has_a_label_of_its_own() -> None:
    labels = [format_label(format) for format in FORMATS.values()]
    assert not {*labels} & {*FORMATS}
    assert len({*labels}) == len(FORMATS)


@pytest.mark.django_db
def test_the_sender_is_a_person_a_key_or_a_network(alice: User) -> None:
    key = ApiKey(name="Werify")
    key.renew()
    key.save()
    named = User(username="ana", first_name="Ana", last_name="Costa")
    named.save()
    rows = [recording(owner=alice), recording(owner=named), recording(api_key=key), recording()]
    assert [sender(row) for row in rows] == ["alice", "Ana Costa", "Werify", "trusted network"]
