"""`Idempotency-Key` and repeated uploads over HTTP."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller, WorkerDoes
from tests.fetch.origin import page, running
from tests.together import together
from transcripts import lifecycle
from transcripts.models import Recording, Transcript

KEY = {"Idempotency-Key": "7d4c-order-4711"}
ASYNC = {"Prefer": "respond-async"}


def _post(caller: Caller, headers: dict[str, str], content: bytes = SAMPLE.read_bytes(), **query: str) -> Any:
    form = {"file": SimpleUploadedFile("a.flac", content)}
    return caller.client.post("/transcribe", form, query_params=query, headers=headers)


@pytest.mark.django_db(transaction=True)
def test_requests_with_one_key_at_once_are_given_one_transcript_and_equal_answers(
    caller: Caller, worker_does: WorkerDoes
) -> None:
    worker_does(lambda lease: lifecycle.complete(lease, processing_ms=1200))
    answers = together(*[lambda: _post(Caller(caller.row, caller.key), KEY)] * 20)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["X-Transcript-Id"] for answer in answers} == {str(Transcript.objects.get().pk)}


@pytest.mark.django_db
def test_the_same_key_with_another_file_or_option_is_422_in_words(caller: Caller) -> None:
    first = _post(caller, KEY | ASYNC)
    assert first.status_code == 202
    for other in (_post(caller, KEY | ASYNC, language="de"), _post(caller, KEY | ASYNC, content=b"RIFF")):
        assert other.status_code == 422
        assert other.json()["detail"].startswith("This Idempotency-Key came before with another")
    assert _post(caller, KEY | ASYNC)["X-Transcript-Id"] == first["X-Transcript-Id"]


@pytest.mark.django_db
def test_a_key_that_cannot_be_is_400(caller: Caller) -> None:
    assert _post(caller, {"Idempotency-Key": "x" * 256} | ASYNC).status_code == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("count", "joins"), [("0", False), ("1", True), ("2", True), ("", False)])
def test_the_openai_clients_retry_is_given_what_is_done_already(
    caller: Caller, worker_does: WorkerDoes, count: str, joins: bool
) -> None:
    worker_does(lambda lease: lifecycle.complete(lease, processing_ms=1))
    first = _post(caller, {"X-Stainless-Retry-Count": "0"})
    second = _post(caller, {"X-Stainless-Retry-Count": count})
    assert (first.status_code, second.status_code) == (200, 200)
    assert (first["X-Transcript-Id"] == second["X-Transcript-Id"]) is joins
    assert Recording.objects.count() == (1 if joins else 2)


@pytest.mark.django_db
def test_an_address_is_not_fetched_again_for_the_same_key(caller: Caller, settings: Settings) -> None:
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.0/8"),)

    def post(url: str, **body: str) -> Any:
        return caller.client.post("/transcribe/url", {"url": url, **body}, "application/json", headers=KEY | ASYNC)

    with running(page(SAMPLE.read_bytes())) as origin:
        settings.URL_ALLOWED_PORTS = [origin.port]
        first, second = post(origin.url("/a.flac?signature=1")), post(origin.url("/a.flac?signature=1"))
        assert post(origin.url("/a.flac?signature=1"), language="en").status_code == 422
        assert post(origin.url("/b.flac")).status_code == 422
    assert first.status_code == 202
    assert first["X-Transcript-Id"] == second["X-Transcript-Id"]
    assert len(origin.requests) == 1
