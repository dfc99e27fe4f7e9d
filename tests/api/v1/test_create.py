"""`POST /api/v1/transcripts`: a file or an address in, a transcript that is kept out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.conftest import SAMPLE, BrokenBody, Caller, Serve, WorkerDoes
from tests.api.v1.conftest import ROUTE, send
from tests.fetch.origin import page
from tests.rows import said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Glossary, Recording, Transcript

pytestmark = pytest.mark.django_db


def _post(caller: Caller, fields: dict[str, Any] | None = None, **options: Any) -> Any:
    form = {"file": SimpleUploadedFile("talk.flac", SAMPLE.read_bytes()), **(fields or {})}
    return caller.client.post(ROUTE, form, **options)


def test_a_file_is_kept_with_all_that_was_asked_and_said_of_it(caller: Caller) -> None:
    Glossary.objects.create(name="council", words="Okafor")
    answer = _post(
        caller,
        {
            "languages": ["en", "es"],
            "glossary": "council",
            "word_timestamps": "false",
            "vad_threshold": "0.6",
            "priority": "bulk",
            "title": "Session of May",
            "tags": "board,2031",
            "reference": "4711",
            "metadata": '{"case": 4711}',
            "callback_url": "https://werify.example/done",
        },
    )
    assert answer.status_code == 201, answer.content
    body, row = answer.json(), Transcript.objects.get()
    assert list(body)[:4] == ["id", "status", "progress", "error"]
    assert (body["id"], body["status"], body["title"], body["tags"]) == (
        str(row.pk),
        "queued",
        "Session of May",
        ["2031", "board"],
    )
    assert (body["reference"], body["metadata"], body["key"]) == ("4711", {"case": 4711}, caller.row.prefix)
    assert body["options"] == {
        "language": None,
        "task": "transcribe",
        "priority": "bulk",
        "languages": ["en", "es"],
        "word_timestamps": False,
        "vad_threshold": 0.6,
        "glossary": "council",
    }
    assert row.callback_url == "https://werify.example/done"
    assert answer["Location"] == body["links"]["self"] == f"http://testserver{ROUTE}/{row.pk}"
    assert caller.get(f"{ROUTE}/{row.pk}").json() == body


def test_an_address_is_fetched_and_kept_without_its_secret(caller: Caller, serve: Serve) -> None:
    origin = serve(page(SAMPLE.read_bytes(), "Content-Type: audio/flac"))
    answer = send(caller, "post", ROUTE, {"url": origin.url() + "?token=secret", "language": "en", "reference": "7"})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["options"]["language"], body["reference"]) == ("en", "7")
    assert "secret" not in answer.content.decode()
    assert body["recording"]["source_url"] == origin.url()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "url: This field is required."),
        ({"url": "http://10.0.0.1/a.mp3"}, "10.0.0.1"),
        ({"url": 7}, "url: Not a valid string."),
        ({"url": "http://example.org/", "langauge": "de"}, "langauge: There is no such field. Did you mean language?"),
        ({"url": "http://example.org/", "language": "englsh"}, "Did you mean en (English)"),
        ({"url": "http://example.org/", "temperature": "0.4"}, "temperature: A valid number is required."),
        ({"url": "http://example.org/", "channels": "yes"}, "channels: Must be a valid boolean."),
        ({"url": "http://example.org/", "task": "summarize"}, 'task: "summarize" is not a valid choice.'),
        (
            {"url": "http://example.org/", "metadata": [1]},
            'metadata: Expected a dictionary of items but got type "list".',
        ),
        ({"url": "http://example.org/", "metadata": {"a": "\x00"}}, "metadata must be a JSON object of plain values."),
        ({"url": "http://example.org/", "metadata": {"a": "x" * 20_000}}, "metadata is larger than 16384 bytes."),
        ({"url": "http://example.org/", "tags": [str(n) for n in range(21)]}, "A recording has 20 tags at most."),
        ({"url": "http://example.org/", "glossary": "council"}, "There is no glossary named 'council'."),
        ({"url": "http://example.org/", "clip_start": 5, "clip_end": 5}, "A clip starts at 0 or later"),
        ([], "Invalid data. Expected a dictionary, but got list."),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(caller: Caller, body: Any, words: str) -> None:
    answer = send(caller, "post", ROUTE, body)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert words in answer.json()["detail"]
    assert not Recording.objects.exists()


def test_a_form_with_a_field_that_nobody_knows_is_refused_before_its_file_is_read(caller: Caller) -> None:
    part = b'--edge\r\nContent-Disposition: form-data; name="langauge"\r\n\r\nde\r\n'
    file = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body = BrokenBody(part + file + b"x" * 500_000)
    answer = body.post(caller.client, ROUTE)
    assert answer.status_code == 400
    assert "There is no field 'langauge'" in answer.json()["detail"]
    assert list(Path(settings.INCOMING_DIR).glob("*")) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [({}, "No file was sent."), ({"file": "no file"}, "No file was sent."), ({"task": "x"}, "task")],
)
def test_a_form_without_a_file_is_refused(caller: Caller, fields: dict[str, str], words: str) -> None:
    answer = caller.client.post(ROUTE, fields)
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])
    assert words in answer.json()["detail"]


def test_a_body_of_another_kind_is_a_415(caller: Caller) -> None:
    answer = caller.client.post(ROUTE, b"RIFF", content_type="audio/wav")
    assert (answer.status_code, list(answer.json())) == (415, ["detail"])


def test_a_repeated_idempotency_key_is_answered_with_the_first_transcript(caller: Caller) -> None:
    first, second = (_post(caller, headers={"Idempotency-Key": "4711"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert _post(caller, {"language": "es"}, headers={"Idempotency-Key": "4711"}).status_code == 422
    assert Transcript.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_is_given_the_words(caller: Caller, worker_does: WorkerDoes) -> None:
    def hear(lease: Lease) -> None:
        lifecycle.store_window(lease, said("Good morning."), transcribed_ms=1000, language="en")
        lifecycle.complete(lease, processing_ms=10)

    worker_does(hear)
    answer = _post(caller, query_params={"wait": "30"})
    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["text"]) == ("done", "Good morning.")


@pytest.mark.parametrize("wait", ["-1", "soon", "nan", ""])
def test_a_wait_that_cannot_be_is_told_before_the_file_is_kept(caller: Caller, wait: str) -> None:
    assert _post(caller, query_params={"wait": wait}).status_code == 400
    assert not Recording.objects.exists()


def test_metadata_comes_back_as_it_was_sent(caller: Caller) -> None:
    metadata = {"nested": [{"a": None, "b": 1.5}], "ключ": "знач", "": "", "big": 2**60}
    answer = _post(caller, {"metadata": json.dumps(metadata)})
    assert answer.json()["metadata"] == metadata
