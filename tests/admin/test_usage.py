"""Usage at the administrator's desk: by day and by key, drawn and in a table that says the same."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.conftest import KeyMaker
from transcripts import limits
from transcripts.admin.usage import HEIGHT, Chart
from transcripts.models import ApiKey, Usage
from transcripts.usage import Day

PAGE = reverse("admin:usage")
HOUR_MS = 3_600_000


def _used(key: ApiKey, days_ago: int, audio_ms: int, transcripts: int = 1, requests: int = 2) -> None:
    day = limits.today() - timedelta(days=days_ago)
    Usage.objects.create(api_key=key, day=day, audio_ms=audio_ms, transcripts=transcripts, requests=requests)


def _table(page: str, name: str) -> list[list[str]]:
    """The rows of the table in the section of that id, without its head."""
    section = page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2], re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]*>", "", cell) for cell in row] for row in cells]


def test_days_are_those_of_all_keys_together_and_keys_come_with_their_sums(desk: Client, make_key: KeyMaker) -> None:
    busy, quiet = make_key(name="busy")[0], make_key(name="quiet")[0]
    _used(busy, 0, HOUR_MS)
    _used(quiet, 0, 90_000)
    _used(busy, 6, 2 * HOUR_MS, transcripts=3)
    _used(busy, 7, 5 * HOUR_MS)  # a week ago: not within seven days
    page = desk.get(PAGE, {"days": "7"}).content.decode()
    by_day = _table(page, "by-day")
    assert [row[1:] for row in by_day] == [
        ["1:01:30", "2", "4"],
        *[["0:00", "0", "0"]] * 5,
        ["2:00:00", "3", "2"],
    ]
    assert _table(page, "by-key") == [["busy", "3:00:00", "4", "4"], ["quiet", "1:30", "1", "2"]]
    assert page.count("<rect ") == 2


@pytest.mark.parametrize("asked", ["", "8", "-1", "7; DROP TABLE", "９"])
def test_any_other_period_is_a_month(asked: str, desk: Client) -> None:
    page = desk.get(PAGE, {"days": asked}).content.decode()
    assert len(_table(page, "by-day")) == 31


def test_the_page_of_a_key_shows_its_own_and_its_limits(desk: Client, make_key: KeyMaker) -> None:
    key, other = make_key(name="mine")[0], make_key(name="other")[0]
    ApiKey.objects.filter(pk=key.pk).update(audio_minutes_per_day=120)
    _used(key, 0, HOUR_MS)
    _used(other, 0, 3 * HOUR_MS)
    page = desk.get(reverse("admin:transcripts_apikey_change", args=[key.pk])).content.decode()
    assert "Today: <strong>1:00:00</strong> of 2:00:00 of audio" in page
    assert "This month: <strong>1:00:00</strong> of audio, no limit" in page
    assert _table(page, "usage")[0][1:] == ["1:00:00", "1", "2"]
    assert 'y="50.0" width="8" height="50.0"' in page  # half of the limit
    assert "the line is the limit of a day" in page


@pytest.mark.parametrize("key_id", ["0", "none", "9" * 30])
def test_a_key_that_is_not_there_has_no_usage_either(key_id: str, desk: Client) -> None:
    assert desk.get(reverse("admin:transcripts_apikey_change", args=[key_id]))["Location"] == reverse("admin:index")


def test_a_new_key_has_no_chart(desk: Client) -> None:
    assert (
        "<svg viewBox"
        not in desk.get(reverse("admin:transcripts_apikey_add")).content.decode().partition("<!-- SVGs")[0]
    )


def test_who_may_not_look_at_keys_is_told_nothing(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("looker", is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_it_costs_as_many_queries_for_any_number_of_keys(
    desk: Client, make_key: KeyMaker, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        _used(make_key(name=f"{number}")[0], number % 7, HOUR_MS)
    # Session, user, days, keys, the model's notice.
    with django_assert_max_num_queries(5):
        desk.get(PAGE)


@given(st.lists(st.integers(0, 10 * HOUR_MS), min_size=1, max_size=40), st.none() | st.integers(60_000, 20 * HOUR_MS))
def test_bars_stand_on_the_ground_and_none_passes_the_top(audio: list[int], limit_ms: int | None) -> None:
    chart = Chart.of([Day(audio_ms=ms, day=date(2030, 1, 1)) for ms in audio], limit_ms)
    assert [bar.x for bar in chart.bars] == [10 * place for place in range(len(audio))]
    for bar in chart.bars:
        assert bar.y >= 0
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.02)
        assert (bar.height == 0) == (bar.day.audio_ms == 0)
        assert bar.height == pytest.approx(
            max(HEIGHT * bar.day.audio_ms / chart.top_ms, bar.day.audio_ms and 1), abs=0.01
        )
    assert (chart.limit_y is None) == (limit_ms is None)
    assert chart.limit_y is None or 0 <= chart.limit_y < HEIGHT
