"""How long a request waits, and what it is told when the end is another than words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller, WorkerDoes
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Failure, Recording, Status, Transcript

LONG = 60.0


def _fails(failure: Failure) -> Callable[[Lease], None]:
    return lambda lease: lifecycle.fail(lease, failure, "In words.", processing_ms=5)


def _is_cancelled(lease: Lease) -> None:
    lifecycle.cancel(lease.transcript_id)


def _is_deleted(lease: Lease) -> None:
    Recording.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("act", "status", "detail"),
    [
        (_fails(Failure.MEDIA), 415, "In words."),
        (_fails(Failure.UNSUPPORTED), 400, "In words."),
        (_fails(Failure.INTERNAL), 500, "In words."),
        (_is_cancelled, 409, "The transcript was cancelled."),
        (_is_deleted, 410, "The recording was deleted while it waited."),
    ],
)
def test_another_end_than_words_is_an_error_in_words(
    caller: Caller, worker_does: WorkerDoes, act: Callable[[Lease], None], status: int, detail: str
) -> None:
    worker_does(act)
    answer = caller.upload(wait=True)
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})
    if status != 410:
        assert answer["X-Transcript-Id"] == str(Transcript.objects.get().pk)


@pytest.mark.django_db(transaction=True)
def test_a_request_that_has_waited_long_enough_is_told_where_to_look(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.05
    answer = caller.upload(wait=True)
    transcript = Transcript.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {"id": str(transcript.pk), "status": "queued", "progress": 0.0, "error": None}
    assert answer["Location"] == f"http://testserver/api/v1/transcripts/{transcript.pk}"
    assert answer["Retry-After"] == "2"
    assert answer["X-Transcript-Id"] == str(transcript.pk)
    assert "Content-Location" not in answer
    assert transcript.status == Status.QUEUED


@pytest.mark.django_db
@pytest.mark.parametrize(
    "prefer",
    [
        "respond-async",
        "Respond-Async",
        "respond-async, wait=10",
        "handling=lenient , respond-async",
        "respond-async;x=1",
    ],
)
def test_a_client_that_prefers_not_to_wait_is_answered_at_once(caller: Caller, settings: Settings, prefer: str) -> None:
    settings.SYNC_TIMEOUT = LONG
    with SAMPLE.open("rb") as file:
        answer = caller.client.post("/transcribe", {"file": file}, headers={"Prefer": prefer})
    assert answer.status_code == 202
    assert answer["Location"].endswith(f"/api/v1/transcripts/{Transcript.objects.get().pk}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefer", ["", "wait=10, return=minimal", "not-respond-async"])
def test_any_other_preference_waits(caller: Caller, worker_does: WorkerDoes, prefer: str) -> None:
    worker_does(lambda lease: lifecycle.complete(lease, processing_ms=1))
    with SAMPLE.open("rb") as file:
        answer = caller.client.post("/transcribe", {"file": file}, headers={"Prefer": prefer})
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_request_waits_through_a_lost_worker_and_a_second_attempt(caller: Caller, worker_does: WorkerDoes) -> None:
    def once_lost(lease: Lease) -> None:
        if Transcript.objects.get().attempts == 1:
            lifecycle.requeue(lease, "The GPU was away.", processing_ms=10)
        else:
            lifecycle.complete(lease, processing_ms=20)

    worker_does(once_lost)
    answer = caller.upload(wait=True)
    assert (answer.status_code, answer.json()["processing_time"]) == (200, 0.03)
