"""`POST /api/v1/detect-language`: which language, nothing kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller, WorkerDoes
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Recording

ROUTE = "/api/v1/detect-language"
with_a_worker = pytest.mark.django_db(transaction=True)


def _ask(caller: Caller, content: bytes | None = None) -> Any:
    file = SimpleUploadedFile("talk.flac", SAMPLE.read_bytes() if content is None else content)
    return caller.client.post(ROUTE, {"file": file})


@with_a_worker
@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        (("es", 0.97), {"language": "es", "name": "Spanish", "probability": 0.97}),
        ((None, None), {"language": None, "name": None, "probability": 0.0}),
    ],
)
def test_the_language_is_told_and_nothing_is_kept(
    caller: Caller, worker_does: WorkerDoes, heard: Any, answer: dict[str, Any]
) -> None:
    def hear(lease: Lease) -> None:
        code, probability = heard
        lifecycle.store_window(lease, [], transcribed_ms=1000, language=code, language_probability=probability)
        lifecycle.complete(lease, processing_ms=1)

    worker_does(hear)
    found = _ask(caller)
    assert (found.status_code, found.json()) == (200, answer)
    assert not Recording.objects.exists()


@with_a_worker
def test_where_nobody_can_tell_in_time_it_is_a_503(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.05
    answer = _ask(caller)
    assert (answer.status_code, list(answer.json())) == (503, ["detail"])
    assert not Recording.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "status"), [(b"no audio", 415), (b"", 400)])
def test_what_is_no_audio_is_refused(caller: Caller, content: bytes, status: int) -> None:
    answer = _ask(caller, content)
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])


@pytest.mark.django_db
def test_a_form_without_a_file_is_refused(caller: Caller) -> None:
    assert "No file was sent." in caller.client.post(ROUTE, {}).json()["detail"]
