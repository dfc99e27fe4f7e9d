"""What a key may ask for: counted exactly, also from many threads at once, and refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.rows import claimed, recording
from tests.speech import SAMPLES
from tests.together import together
from transcripts import lifecycle, limits, submissions
from transcripts.access import Actor
from transcripts.errors import LimitReached, QuotaUsedUp, Refused, TooLong, TooManyOpen
from transcripts.incoming import receive
from transcripts.models import ApiKey, Recording, Transcript, Usage
from transcripts.orders import Order, order

SAMPLE = SAMPLES / "en-short-1.flac"  # 3.96 s
MINUTE = 60_000
NOON = datetime(2026, 3, 15, 12, 0, 20, tzinfo=UTC)
KeyWith = Callable[..., ApiKey]


@pytest.fixture
def key_with(make_key: KeyMaker) -> KeyWith:
    """`key_with(requests_per_minute=2)` makes a key with that limit."""

    def make(**given: int) -> ApiKey:
        key, _ = make_key()
        ApiKey.objects.filter(pk=key.pk).update(**given)
        return ApiKey.objects.get(pk=key.pk)

    return make


def _outcome(call: Callable[[], object]) -> str:
    try:
        call()
    except Refused as error:
        return type(error).__name__
    return "taken"


def _take(key: ApiKey, audio_ms: int | None = MINUTE, at: datetime = NOON) -> None:
    """Make a transcript, as a submission does."""
    with transaction.atomic():
        limits.take(Actor(key=key), audio_ms, at)
        lifecycle.submit(recording(api_key=key, duration_ms=audio_ms))


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_exactly_as_many_are_let_through_as_the_minute_has(key_with: KeyWith) -> None:
    key = key_with(requests_per_minute=7)
    rates = together(*[lambda: limits.count_request(key, NOON)] * 24)
    assert [rate is not None and rate.is_admitted for rate in rates].count(True) == 7
    usage = Usage.objects.get()
    assert (usage.requests, usage.minute_requests, usage.day.isoformat()) == (7, 7, "2026-03-15")


@pytest.mark.django_db
def test_the_rate_says_what_is_left_and_when_the_minute_ends(key_with: KeyWith) -> None:
    key = key_with(requests_per_minute=2)
    found = [limits.count_request(key, NOON + timedelta(seconds=second)) for second in (0, 10, 39, 40)]
    assert found == [
        limits.Rate(2, 1, 40, is_admitted=True),
        limits.Rate(2, 0, 30, is_admitted=True),
        limits.Rate(2, 0, 1, is_admitted=False),
        limits.Rate(2, 1, 60, is_admitted=True),
    ]
    assert Usage.objects.get().requests == 3


@pytest.mark.django_db
def test_a_key_without_limits_is_counted_by_the_day_and_never_refused(key_with: KeyWith) -> None:
    key = key_with()
    assert [limits.count_request(key, NOON) for _ in range(3)] == [None] * 3
    _take(key)
    limits.count_request(key, NOON + timedelta(days=1))
    rows = Usage.objects.order_by("day").values_list("requests", "transcripts", "audio_ms")
    assert list(rows) == [(3, 1, MINUTE), (1, 0, 0)]


@pytest.mark.django_db(transaction=True)
def test_of_many_submissions_at_once_no_more_are_open_than_the_key_may_have(key_with: KeyWith) -> None:
    key = key_with(concurrent_transcripts=3)
    outcomes = together(*[lambda: _outcome(lambda: _take(key))] * 16)
    assert sorted(outcomes) == ["TooManyOpen"] * 13 + ["taken"] * 3
    assert (Transcript.objects.count(), Usage.objects.get().transcripts) == (3, 3)


@pytest.mark.django_db
def test_what_has_ended_or_is_anothers_does_not_count_as_open(key_with: KeyWith, make_key: KeyMaker) -> None:
    key = key_with(concurrent_transcripts=1)
    lifecycle.submit(recording(api_key=make_key()[0]))
    _take(key)
    with pytest.raises(TooManyOpen, match="1 transcripts waiting or in work at once") as refusal:
        _take(key)
    assert refusal.value.retry_after == 5
    lifecycle.complete(claimed(Transcript.objects.get(recording__api_key=key)), processing_ms=1)
    _take(key)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", ["audio_minutes_per_day", "audio_minutes_per_month"])
def test_of_many_submissions_at_once_no_more_audio_is_taken_than_the_quota_has(key_with: KeyWith, limit: str) -> None:
    key = key_with(**{limit: 10})
    outcomes = together(*[lambda: _outcome(lambda: _take(key, 3 * MINUTE))] * 16)
    assert sorted(outcomes) == ["QuotaUsedUp"] * 13 + ["taken"] * 3
    assert Usage.objects.get().audio_ms == 9 * MINUTE


@pytest.mark.django_db
def test_a_quota_is_used_to_the_last_millisecond_and_begins_anew_at_midnight_here(
    key_with: KeyWith, settings: Settings
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    key = key_with(audio_minutes_per_day=10)
    _take(key, 10 * MINUTE)
    with pytest.raises(QuotaUsedUp) as refusal:
        _take(key, 1)
    # Noon in Greenwich is 21:00:20 in Tokyo.
    assert refusal.value.retry_after == 3 * 3600 - 20
    assert "10.0 are used, this recording has 0.0. It starts anew at 2026-03-16 00:00 (Asia/Tokyo)" in str(
        refusal.value
    )
    _take(key, MINUTE, NOON + timedelta(hours=3))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("month", "resets"), [(12, datetime(2027, 1, 1, tzinfo=UTC)), (2, datetime(2026, 3, 1, tzinfo=UTC))]
)
def test_a_months_quota_is_that_of_all_its_days(key_with: KeyWith, month: int, resets: datetime) -> None:
    key = key_with(audio_minutes_per_month=10)
    last = NOON.replace(month=month, day=28)
    _take(key, 6 * MINUTE, last.replace(day=1))
    with pytest.raises(QuotaUsedUp, match=r"6\.0 are used, this recording has 5\.0") as refusal:
        _take(key, 5 * MINUTE, last)
    assert refusal.value.retry_after == (resets - last).total_seconds()
    _take(key, 4 * MINUTE, last)
    _take(key, 5 * MINUTE, resets)


@pytest.mark.django_db
def test_a_recording_that_no_day_has_room_for_is_not_told_to_come_back(key_with: KeyWith) -> None:
    key = key_with(audio_minutes_per_day=10)
    with pytest.raises(QuotaUsedUp, match=r"this recording alone has 11\.0") as refusal:
        _take(key, 11 * MINUTE)
    assert (refusal.value.retry_after, refusal.value.is_final) == (None, True)


@pytest.mark.django_db
def test_what_is_of_unknown_length_is_taken_while_something_is_left_and_charged_when_it_is_known(
    key_with: KeyWith,
) -> None:
    key = key_with(audio_minutes_per_day=10, max_duration_seconds=1)
    _take(key, None)
    limits.charge(key, 10 * MINUTE, NOON)
    with pytest.raises(QuotaUsedUp, match=r"10\.0 are used\. It starts"):
        _take(key, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "refusal"),
    [
        ({"max_duration_seconds": 3}, TooLong),
        ({"concurrent_transcripts": 0}, TooManyOpen),
        ({"audio_minutes_per_day": 0}, QuotaUsedUp),
    ],
)
def test_a_submission_beyond_a_limit_leaves_nothing(
    key_with: KeyWith, limit: dict[str, int], refusal: type[Refused], settings: Settings
) -> None:
    actor = Actor(key=key_with(**limit))
    with receive("a.flac", [SAMPLE.read_bytes()]) as file, pytest.raises(refusal):
        submissions.submit(file, Order(), actor)
    assert not Recording.objects.exists()
    assert not Usage.objects.exclude(transcripts=0, audio_ms=0).exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_only_what_is_to_be_heard_is_counted(key_with: KeyWith) -> None:
    actor = Actor(key=key_with(max_duration_seconds=2))
    with receive("a.flac", [SAMPLE.read_bytes()]) as file:
        submissions.submit(file, order({"clip_start": "1", "clip_end": "2.5"}), actor)
    assert Usage.objects.get().audio_ms == 1500


@pytest.mark.parametrize(
    ("given", "duration_ms", "heard"),
    [
        ({}, 5000, 5000),
        ({}, None, None),
        ({"clip_end": "2"}, 5000, 2000),
        ({"clip_end": "9"}, 5000, 5000),
        ({"clip_end": "2"}, None, 2000),
        ({"clip_start": "4"}, 5000, 1000),
        ({"clip_start": "6"}, 5000, 0),
        ({"clip_start": "6"}, None, None),
    ],
)
@pytest.mark.django_db
def test_what_is_heard_of_a_clip(given: dict[str, str], duration_ms: int | None, heard: int | None) -> None:
    assert order(given).heard_ms(duration_ms) == heard


@pytest.mark.django_db
def test_persons_and_trusted_networks_have_no_limits_of_a_key(alice: User, settings: Settings) -> None:
    for actor in (Actor(user=alice), Actor()):
        limits.take(actor, 10**12)
        assert limits.largest_file(actor) == settings.MAX_UPLOAD_BYTES
        assert not limits.need_the_length(actor)
    assert not Usage.objects.exists()


@pytest.mark.django_db
def test_the_limits_that_count_are_those_of_now_and_not_of_when_the_request_began(key_with: KeyWith) -> None:
    key = key_with()
    ApiKey.objects.update(concurrent_transcripts=0)
    with pytest.raises(LimitReached):
        _take(key)


@pytest.mark.django_db
@pytest.mark.parametrize(("own", "limit"), [(None, 2000), (1000, 1000), (3000, 2000)])
def test_a_keys_file_limit_narrows_the_hubs(key_with: KeyWith, settings: Settings, own: Any, limit: int) -> None:
    settings.MAX_UPLOAD_BYTES = 2000
    assert limits.largest_file(Actor(key=key_with(max_file_bytes=own))) == limit
