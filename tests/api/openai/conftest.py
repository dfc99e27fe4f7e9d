"""Programs that speak the OpenAI dialect, and workers that say what a test wants said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import SAMPLE, Caller, WorkerDoes
from tests.rows import said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Segment, Transcript

TRANSCRIPTIONS = "/v1/audio/transcriptions"
TRANSLATIONS = "/v1/audio/translations"
Says = Callable[..., None]


def ask(
    caller: Caller, path: str = TRANSCRIPTIONS, query: dict[str, str] | None = None, lists: Any = None, **fields: Any
) -> Any:
    """The answer to a form with these fields and repeated fields (`lists`); a field that is None is left out."""
    file = SimpleUploadedFile("talk.flac", SAMPLE.read_bytes())
    form = {"file": file, "model": "whisper-1"} | fields | (lists or {})
    return caller.client.post(
        path, {name: value for name, value in form.items() if value is not None}, query_params=query
    )


def problem(answer: Any) -> tuple[int, dict[str, Any]]:
    """Status and error of an answer; all four keys are there, and nothing else."""
    body = answer.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["message", "type", "param", "code"]
    assert answer["x-request-id"].startswith("req_")
    return answer.status_code, body["error"]


@pytest.fixture
def says(worker_does: WorkerDoes) -> Says:
    """`says("one", "two")` starts a worker that hears these segments in everything; keywords are fields of each."""

    def start(*texts: str, language: str | None = "en", word_by_word: bool = False, **fields: Any) -> None:
        def work(lease: Lease) -> None:
            segments: list[Segment] = said(*texts, word_by_word=word_by_word)
            for segment in segments:
                for name, value in fields.items():
                    setattr(segment, name, value)
            lifecycle.store_window(lease, segments, transcribed_ms=3963, language=language, language_probability=0.9)
            lifecycle.complete(lease, processing_ms=100)

        worker_does(work)

    return start


def only() -> Transcript:
    """The one transcript that there is."""
    return Transcript.objects.select_related("recording").get()
