"""A key's limits over HTTP: the status, the words, and the headers that say when to come back."""

from __future__ import annotations

import time
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.api.conftest import FORM, SAMPLE, BrokenBody, Caller
from tests.fetch.origin import page, running
from tests.together import together
from transcripts.models import ApiKey, Recording, Transcript, Usage


def _limit(caller: Caller, **limits: int) -> None:
    ApiKey.objects.filter(pk=caller.row.pk).update(**limits)


def _refusal(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert list(answer.json()) == ["detail"]
    return str(answer.json()["detail"])


@pytest.mark.django_db
def test_every_answer_says_what_is_left_of_the_minute(caller: Caller) -> None:
    _limit(caller, requests_per_minute=100)
    answer = caller.get("/api/v1/transcripts/00000000-0000-0000-0000-000000000000")
    assert (answer.status_code, answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == (404, "100", "99")
    assert answer["RateLimit-Policy"] == "100;w=60"
    assert 1 <= int(answer["RateLimit-Reset"]) <= 60


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_the_same_moment_no_more_are_served_than_the_key_may_send(caller: Caller) -> None:
    _limit(caller, requests_per_minute=5)
    path = "/api/v1/transcripts/00000000-0000-0000-0000-000000000000"
    answers = together(*[lambda: Caller(caller.row, caller.key).get(path)] * 16)
    statuses = [answer.status_code for answer in answers]
    # A new minute may begin in the middle of it.
    assert statuses.count(404) + statuses.count(429) == 16
    assert Usage.objects.get().minute_requests <= 5
    assert statuses.count(404) == Usage.objects.get().requests


@pytest.mark.django_db
def test_a_spent_minute_is_429_before_the_body_is_read(caller: Caller) -> None:
    _limit(caller, requests_per_minute=1)
    Usage.objects.create(api_key=caller.row, day=timezone.localdate(), minute=time.time() // 60, minute_requests=1)
    body = BrokenBody(b"--edge")
    answer = body.post(caller.client)
    assert _refusal(answer, 429).startswith("This key may send 1 requests a minute. Send it again in ")
    assert not body.was_read
    assert answer["Retry-After"] == answer["RateLimit-Reset"]
    assert answer["RateLimit-Remaining"] == "0"
    assert "X-Should-Retry" not in answer


@pytest.mark.django_db
def test_a_key_without_a_rate_and_a_client_without_a_key_are_told_none(caller: Caller, settings: Settings) -> None:
    settings.TRUSTED_NETWORKS = (ip_network("127.0.0.0/8"),)
    for client in (caller.client, Client()):
        answer = client.post("/transcribe")
        assert answer.status_code == 400
        assert [name for name in answer.headers if name.startswith("RateLimit")] == []


@pytest.mark.django_db
def test_too_many_open_transcripts_are_429_and_worth_a_retry(caller: Caller) -> None:
    _limit(caller, concurrent_transcripts=1)
    caller.uploaded()
    answer = caller.upload()
    assert "1 transcripts waiting or in work at once" in _refusal(answer, 429)
    assert answer["Retry-After"] == "5"
    assert "X-Should-Retry" not in answer
    assert Transcript.objects.count() == 1


@pytest.mark.django_db
def test_a_spent_quota_is_429_with_its_end_and_not_worth_a_retry(caller: Caller) -> None:
    _limit(caller, audio_minutes_per_day=1)
    caller.uploaded()
    Usage.objects.update(audio_ms=58_000)
    answer = caller.upload()
    assert "1 minutes of audio transcribed a day; 1.0 are used, this recording has 0.1." in _refusal(answer, 429)
    assert answer["X-Should-Retry"] == "false"
    assert 1 <= int(answer["Retry-After"]) <= 24 * 3600


@pytest.mark.django_db
def test_a_recording_longer_than_the_key_may_send_is_413(caller: Caller) -> None:
    _limit(caller, max_duration_seconds=3)
    assert _refusal(caller.upload(), 413) == "This key may send recordings of up to 3 seconds; this one has 4.0."
    assert not Recording.objects.exists()


@pytest.mark.django_db
def test_a_file_larger_than_the_key_may_send_is_413_by_its_length_and_in_mid_stream(
    caller: Caller, settings: Settings
) -> None:
    size = SAMPLE.stat().st_size
    _limit(caller, max_file_bytes=size - 1)
    assert f"larger than {size - 1} bytes" in _refusal(caller.upload(), 413)
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []
    _limit(caller, max_file_bytes=size)
    assert caller.upload().status_code == 202

    body = BrokenBody(b"")
    extra: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": str(3 * 1024**2), "CONTENT_TYPE": FORM}
    assert "larger than" in _refusal(caller.client.generic("POST", "/transcribe", **extra), 413)


@pytest.mark.django_db
def test_an_address_with_more_than_the_key_may_send_is_413(caller: Caller, settings: Settings) -> None:
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.0/8"),)
    _limit(caller, max_file_bytes=1000)
    with running(page(SAMPLE.read_bytes())) as origin:
        settings.URL_ALLOWED_PORTS = [origin.port]
        _refusal(caller.post_url(origin.url("/a.flac")), 413)
    assert not Recording.objects.exists()


@pytest.mark.django_db
def test_a_repetition_takes_nothing_from_the_limits(caller: Caller) -> None:
    _limit(caller, concurrent_transcripts=1)
    headers = {"Idempotency-Key": "4711", "Prefer": "respond-async"}
    for _ in range(2):
        with SAMPLE.open("rb") as file:
            assert caller.client.post("/transcribe", {"file": file}, headers=headers).status_code == 202
    assert Usage.objects.get().transcripts == 1
