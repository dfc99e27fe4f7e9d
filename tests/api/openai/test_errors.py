"""Every error of the OpenAI dialect: its shape, its status, and whether the client is to send the file again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import BrokenBody, Caller, WorkerDoes
from tests.api.openai.conftest import TRANSCRIPTIONS, ask, only, problem
from tests.conftest import KeyMaker
from transcripts import lifecycle, submissions
from transcripts.errors import DiskFull
from transcripts.lifecycle import Lease
from transcripts.models import ApiKey, Failure, Recording, Scope, Transcript

pytestmark = pytest.mark.django_db


def _retries(answer: Any) -> bool:
    """What the official client makes of an answer: whether it sends the file again."""
    if "x-should-retry" in answer:
        return bool(answer["x-should-retry"] == "true")
    return bool(answer.status_code in (408, 409, 429) or answer.status_code >= 500)


def test_no_key_is_401_and_says_how_to_send_one(client: Client) -> None:
    answer = client.post(TRANSCRIPTIONS)
    status, error = problem(answer)
    assert (status, error["type"], error["code"]) == (401, "invalid_request_error", None)
    assert answer["www-authenticate"].startswith("Bearer")


def test_a_wrong_key_is_401_with_its_code() -> None:
    client = Client(headers={"Authorization": "Bearer sk-something"})
    status, error = problem(client.post(TRANSCRIPTIONS))
    assert (status, error["code"]) == (401, "invalid_api_key")


def test_a_key_without_the_scope_is_403_and_names_it(make_key: KeyMaker) -> None:
    status, error = problem(ask(Caller(*make_key(Scope.READ))))
    assert (status, error["code"]) == (403, "insufficient_permissions")
    assert "transcribe" in error["message"]


def test_an_unknown_model_is_404(caller: Caller) -> None:
    status, error = problem(ask(caller, model="gpt-9"))
    assert (status, error["code"]) == (404, "model_not_found")
    assert "gpt-9" in error["message"]


@pytest.mark.parametrize("path", ["/v1/", "/v1/chat/completions", "/v1/audio/transcriptions/", "/v1/models/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_an_unknown_address_is_404_in_the_dialects_shape(client: Client, path: str, method: str) -> None:
    status, error = problem(client.generic(method, path))
    assert (status, error["code"]) == (404, "unknown_url")
    assert f"({method} {path})" in error["message"]


def test_a_wrong_method_is_405(caller: Caller) -> None:
    answer = caller.get(TRANSCRIPTIONS)
    status, error = problem(answer)
    assert (status, error["code"]) == (405, "method_not_supported")


def test_a_file_that_is_no_audio_is_400_and_not_sent_again(caller: Caller) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = ask(caller, file=SimpleUploadedFile("a.mp3", b"not audio at all"))
    status, error = problem(answer)
    assert (status, error["param"], error["code"]) == (400, "file", "invalid_value")
    assert not _retries(answer)


def test_a_file_that_is_too_large_is_413(caller: Caller, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    status, error = problem(ask(caller))
    assert (status, error["code"]) == (413, "file_too_large")


def test_a_connection_that_breaks_is_answered_in_the_dialects_shape_too(caller: Caller) -> None:
    start = b'--edge\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF'
    assert problem(BrokenBody(start).post(caller.client, TRANSCRIPTIONS))[0] == 400


def test_a_full_queue_is_503_and_is_tried_again_when_it_says(caller: Caller, settings: Settings) -> None:
    settings.MAX_QUEUE = 0
    answer = ask(caller)
    status, error = problem(answer)
    assert (status, error["type"], error["code"]) == (503, "server_error", "queue_full")
    assert 0 < int(answer["retry-after"]) <= 60  # more than a minute the official client does not wait
    assert _retries(answer)


def test_too_many_requests_are_429_and_tried_again_when_the_minute_is_over(caller: Caller) -> None:
    ApiKey.objects.update(requests_per_minute=1)
    caller.get("/v1/models")
    answer = caller.get("/v1/models")
    status, error = problem(answer)
    assert (status, error["type"], error["code"]) == (429, "rate_limit_error", "rate_limit_exceeded")
    assert 0 < int(answer["retry-after"]) <= 60
    assert _retries(answer)


def test_a_quota_that_is_used_up_is_429_and_not_tried_again(caller: Caller) -> None:
    ApiKey.objects.update(audio_minutes_per_day=0)
    answer = ask(caller)
    status, error = problem(answer)
    assert (status, error["code"]) == (429, "insufficient_quota")
    assert not _retries(answer)


def test_a_full_disk_is_507_and_is_not_tried_again(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(submissions, "submit", full)  # a full disk cannot be had here
    answer = ask(caller)
    assert problem(answer)[0] == 507
    assert not _retries(answer)


def test_a_fault_of_ours_is_500_in_the_dialects_shape_and_tells_no_secrets(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(submissions, "submit", broken)
    answer = ask(caller)
    status, error = problem(answer)
    assert (status, error["type"]) == (500, "server_error")
    assert "secret" not in error["message"]
    assert "the secret of the house" in caplog.text
    assert _retries(answer)


def _fails(failure: Failure) -> Callable[[Lease], None]:
    return lambda lease: lifecycle.fail(lease, failure, "In words.", processing_ms=5)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("act", "expected", "code", "message"),
    [
        (_fails(Failure.MEDIA), 400, "invalid_value", "In words."),
        (_fails(Failure.UNSUPPORTED), 400, "invalid_value", "In words."),
        (_fails(Failure.INTERNAL), 500, "transcription_failed", "In words."),
        (lambda lease: lifecycle.cancel(lease.transcript_id), 409, "cancelled", "The transcript was cancelled."),
        (
            lambda lease: Recording.objects.all().delete(),
            410,
            "deleted",
            "The recording was deleted while it waited.",
        ),
    ],
)
def test_an_end_without_words_is_final(
    caller: Caller, worker_does: WorkerDoes, act: Callable[[Lease], Any], expected: int, code: str, message: str
) -> None:
    worker_does(act)
    answer = ask(caller)
    status, error = problem(answer)
    assert (status, error["code"], error["message"]) == (expected, code, message)
    assert not _retries(answer)


def test_waiting_that_takes_too_long_is_504_says_where_to_look_and_is_not_tried_again(
    caller: Caller, settings: Settings
) -> None:
    settings.SYNC_TIMEOUT = 0.01
    answer = ask(caller)
    status, error = problem(answer)
    assert (status, error["code"]) == (504, "still_running")
    assert f"/api/v1/transcripts/{only().pk}" in error["message"]
    assert not _retries(answer)
    assert Transcript.objects.queued().count() == 1
