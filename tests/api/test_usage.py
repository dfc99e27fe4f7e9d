"""`/api/v1/usage`: what a key has used, and what it may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.api.conftest import SAMPLE, Caller
from tests.conftest import KeyMaker
from tests.speech import reference
from transcripts import limits, usage
from transcripts.models import ApiKey, Scope, Usage

pytestmark = pytest.mark.django_db
ROUTE = "/api/v1/usage"


def test_a_key_sees_its_own_use_and_limits_and_no_others(caller: Caller, make_key: KeyMaker) -> None:
    Caller(*make_key()).uploaded()
    ApiKey.objects.filter(pk=caller.row.pk).update(audio_minutes_per_day=10)
    caller.uploaded()
    (entry,) = caller.get(ROUTE).json()["results"]
    today = {"requests": 2, "transcripts": 1, "audio_seconds": round(reference(SAMPLE.name).duration, 3)}
    assert entry["key"] == {"id": caller.row.pk, "name": "test client", "prefix": caller.row.prefix}
    assert (entry["limits"]["audio_minutes_per_day"], entry["limits"]["requests_per_minute"]) == (10, None)
    assert entry["today"] == entry["month"] == today
    assert entry["days"] == [today | {"day": limits.today().isoformat()}]


def test_whoever_manages_sees_every_key_page_by_page(make_key: KeyMaker, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        make_key()
    manager = Caller(*make_key(Scope.MANAGE))
    page = manager.get(ROUTE, query_params={"limit": "3"}).json()
    rest = manager.get(ROUTE, query_params={"limit": "3", "cursor": page["next"]}).json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (3, 2, None)
    with django_assert_num_queries(4):  # the key, its count of requests, the page, its usage
        manager.get(ROUTE)


def test_people_without_the_right_to_manage_have_no_key_to_see(caller: Caller, alice: User, admin: User) -> None:
    for user, seen in ((alice, 0), (admin, 1)):
        client = Client()
        client.force_login(user)
        assert len(client.get(ROUTE).json()["results"]) == seen


def test_the_month_is_that_of_today_and_the_days_are_as_many_as_asked_for(caller: Caller) -> None:
    today = date(2026, 3, 2)
    for day in (today, today - timedelta(days=1), today - timedelta(days=2), today - timedelta(days=40)):
        Usage.objects.create(api_key=caller.row, day=day, requests=1, audio_ms=1000)
    noon = limits._midnight(today)
    (key,) = usage.with_usage(ApiKey.objects.all(), 2, noon)
    found = usage.of(key, 2, noon)
    assert (found.today.requests, found.month.requests, found.month.audio_ms) == (1, 2, 2000)
    assert [row.day.day for row in found.days] == [2, 1]


@pytest.mark.parametrize("days", ["0", "367", "-1", "all", "", "9" * 400])
def test_a_number_of_days_that_cannot_be_is_refused(caller: Caller, days: str) -> None:
    answer = caller.get(ROUTE, query_params={"days": days})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("days: ")
