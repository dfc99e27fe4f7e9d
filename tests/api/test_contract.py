"""The documented answer of `/transcribe`, key by key: existing clients read exactly this."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import ASYNC, SAMPLE, Caller, WorkerDoes
from tests.rows import said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Recording, Segment, Transcript

with_a_worker = pytest.mark.django_db(transaction=True)

KEYS = ["text", "language", "duration", "processing_time", "segments"]


def _hello(lease: Lease) -> None:
    """Two segments in English, of a recording of 5.24 s, in 1.82 s."""
    Recording.objects.update(duration_ms=5240)
    segments = said("Hello there.", "How are you?", each_ms=2005)
    lifecycle.store_window(lease, segments, transcribed_ms=5240, language="en", language_probability=0.98)
    lifecycle.complete(lease, processing_ms=1824)


@with_a_worker
def test_the_answer_has_exactly_the_documented_keys_in_their_order(caller: Caller, worker_does: WorkerDoes) -> None:
    worker_does(_hello)
    answer = caller.upload(wait=True)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == KEYS
    assert answer.json() == {
        "text": "Hello there. How are you?",
        "language": "en",
        "duration": 5.24,
        "processing_time": 1.82,
        "segments": None,
    }


@with_a_worker
def test_segments_come_with_words_and_times_in_seconds_when_asked_for(caller: Caller, worker_does: WorkerDoes) -> None:
    worker_does(_hello)
    answer = caller.upload(wait=True, include_segments="true")
    assert answer.json() == {
        "text": "Hello there. How are you?",
        "language": "en",
        "duration": 5.24,
        "processing_time": 1.82,
        "segments": [
            {
                "id": 0,
                "start": 0.0,
                "end": 2.005,
                "text": "Hello there.",
                "words": [{"word": "Hello there.", "start": 0.0, "end": 2.005, "probability": 0.9}],
            },
            {
                "id": 1,
                "start": 2.005,
                "end": 4.01,
                "text": "How are you?",
                "words": [{"word": "How are you?", "start": 2.005, "end": 4.01, "probability": 0.9}],
            },
        ],
    }


@with_a_worker
def test_the_headers_say_where_the_transcript_stays(caller: Caller, worker_does: WorkerDoes) -> None:
    worker_does(_hello)
    answer = caller.upload(wait=True)
    transcript = Transcript.objects.get()
    address = f"http://testserver/api/v1/transcripts/{transcript.pk}"
    assert answer["X-Transcript-Id"] == str(transcript.pk)
    assert answer["Content-Location"] == address
    assert answer["Link"] == f'<{address}>; rel="describedby"'
    assert "Location" not in answer
    kept = caller.get(answer["Content-Location"].removeprefix("http://testserver")).json()
    assert {key: kept[key] for key in KEYS} == answer.json()


def _silence(lease: Lease) -> None:
    lifecycle.store_window(lease, [], transcribed_ms=3962)
    lifecycle.complete(lease, processing_ms=100)


@with_a_worker
def test_silence_is_an_answer_without_words_and_without_a_language(caller: Caller, worker_does: WorkerDoes) -> None:
    worker_does(_silence)
    body = caller.upload(wait=True, include_segments="true").json()
    assert (body["text"], body["language"], body["segments"]) == ("", None, [])
    assert caller.upload(wait=True, language="en").json()["language"] == "en"


@with_a_worker
def test_a_segment_without_words_of_its_own_has_an_empty_list(caller: Caller, worker_does: WorkerDoes) -> None:
    def wordless(lease: Lease) -> None:
        lifecycle.store_window(lease, [Segment(start_ms=0, end_ms=500, text=" Hm.")], transcribed_ms=1000)
        lifecycle.complete(lease, processing_ms=1)

    worker_does(wordless)
    segment = caller.upload(wait=True, include_segments="1").json()["segments"][0]
    assert segment == {"id": 0, "start": 0.0, "end": 0.5, "text": "Hm.", "words": []}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"Accept": "text/plain", **ASYNC}},
        {"headers": {"Accept": "text/html", **ASYNC}},
        {"headers": {"Accept": "application/xml;q=0.9", **ASYNC}},
        {"headers": ASYNC, "query_params": {"format": "srt"}},
    ],
    ids=str,
)
def test_the_answer_is_json_whatever_the_client_says_that_it_would_like(caller: Caller, options: Any) -> None:
    form = {"file": SimpleUploadedFile("a.flac", SAMPLE.read_bytes())}
    answer = caller.client.post("/transcribe", form, **options)
    assert answer.status_code == 202
    assert answer["Content-Type"] == "application/json"
