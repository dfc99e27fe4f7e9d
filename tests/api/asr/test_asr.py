"""whisper-asr-webservice's dialect: every output, every parameter, and that it is off unless somebody wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller, WorkerDoes
from tests.conftest import KeyMaker
from tests.rows import said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Failure, Recording, Scope, Transcript

pytestmark = pytest.mark.django_db

SAMPLES = bytes(2 * 16_000)  # a second of silence


@pytest.fixture(autouse=True)
def _switched_on(settings: Settings) -> None:
    settings.ASR_DIALECT = True
    settings.SYNC_TIMEOUT = 30.0


def ask(client: Client, path: str = "/asr", content: bytes | None = None, name: str = "a b.flac", **query: Any) -> Any:
    """The answer to a recording."""
    file = SimpleUploadedFile(name, SAMPLE.read_bytes() if content is None else content)
    return client.post(path, {"audio_file": file}, query_params=query)


def _speaks(lease: Lease) -> None:
    lifecycle.store_window(lease, said("Hello", "there."), transcribed_ms=3963, language="en", language_probability=0.9)
    lifecycle.complete(lease, processing_ms=1)


def _is_silent(lease: Lease) -> None:
    lifecycle.complete(lease, processing_ms=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("output", "body"),
    [
        ("txt", "Hello\nthere.\n"),
        ("srt", "1\n00:00:00,000 --> 00:00:01,000\nHello\n\n2\n00:00:01,000 --> 00:00:02,000\nthere.\n"),
        (
            "vtt",
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello\n\n00:00:01.000 --> 00:00:02.000\nthere.\n",
        ),
        ("tsv", "start\tend\ttext\n0\t1000\tHello\n1000\t2000\tthere.\n"),
    ],
)
def test_every_output_is_a_text_file_with_its_name(
    caller: Caller, worker_does: WorkerDoes, output: str, body: str
) -> None:
    worker_does(_speaks)
    answer = ask(caller.client, output=output)
    assert answer.content.decode() == body
    assert answer["content-type"] == "text/plain; charset=utf-8"
    assert answer["content-disposition"] == f'attachment; filename="a%20b.flac.{output}"'
    assert answer["asr-engine"] == "faster_whisper"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [False, True])
def test_json_is_whispers_own_result_with_words_where_they_were_asked_for(
    caller: Caller, worker_does: WorkerDoes, words: bool
) -> None:
    worker_does(_speaks)
    answer = ask(caller.client, output="json", word_timestamps=str(words))
    assert answer["content-type"] == "text/plain; charset=utf-8"
    body = json.loads(answer.content)
    assert (list(body), body["language"], body["text"]) == (["language", "segments", "text"], "en", " Hello there.")
    figures = {"seek", "tokens", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob"}
    keys = {"id", "start", "end", "text", *figures, *(["words"] if words else [])}
    assert all(set(segment) == keys for segment in body["segments"])
    word = {"word": " Hello", "start": 0.0, "end": 1.0, "probability": 0.9}
    assert body["segments"][0].get("words", [word]) == [word]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("output", "body"), [("txt", ""), ("srt", ""), ("vtt", "WEBVTT\n")])
def test_silence_is_an_empty_file(caller: Caller, worker_does: WorkerDoes, output: str, body: str) -> None:
    worker_does(_is_silent)
    answer = ask(caller.client, output=output)
    assert (answer.status_code, answer.content.decode()) == (200, body)


def test_the_query_reaches_the_engine_and_what_nobody_knows_is_left_alone(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.0
    query: Any = {"task": "translate", "language": "de", "initial_prompt": "Werify", "vad_filter": "true"}
    answer = ask(caller.client, **query, video_name="film.mkv", diarize="false")
    row = Transcript.objects.get()
    assert (row.task, row.language_requested, row.options) == ("translate", "de", {"initial_prompt": "Werify"})
    assert answer.status_code == 504  # no 2xx, which these clients would take for the words
    assert str(row.pk) in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("act", "status"),
    [
        (lambda lease: lifecycle.fail(lease, Failure.MEDIA, "In words.", processing_ms=1), 415),
        (lambda lease: lifecycle.fail(lease, Failure.INTERNAL, "In words.", processing_ms=1), 500),
        (lambda lease: lifecycle.cancel(lease.transcript_id), 409),
        (lambda lease: Recording.objects.all().delete(), 410),
    ],
)
def test_an_end_without_words_is_an_error_in_words(
    caller: Caller, worker_does: WorkerDoes, act: Callable[[Lease], Any], status: int
) -> None:
    worker_does(act)
    answer = ask(caller.client)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_bare_samples_are_kept_as_the_wav_file_of_them(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.0
    ask(caller.client, content=SAMPLES, name="audio_file", encode="false")
    recording = Recording.objects.get()
    with default_storage.open(str(recording.file.name)) as file:
        content = file.read()
    assert (recording.container, recording.duration_ms, recording.size_bytes) == ("wav", 1000, len(SAMPLES) + 44)
    assert (content[:4], content[44:]) == (b"RIFF", SAMPLES)


@pytest.mark.parametrize("path", ["/asr", "/detect-language"])
@pytest.mark.parametrize(
    ("content", "query", "status"),
    [
        (b"not audio", {}, 415),
        (b"", {}, 400),
        (b"", {"encode": "false"}, 400),
        (None, {"encode": "perhaps"}, 400),
    ],
)
def test_what_is_no_recording_is_refused_in_words(
    caller: Caller, path: str, content: bytes | None, query: Any, status: int
) -> None:
    answer = ask(caller.client, path, content, **query)
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)
    assert not Recording.objects.exists()


@pytest.mark.parametrize(
    "query",
    [{"output": "docx"}, {"language": "klingon"}, {"task": "sing"}, {"word_timestamps": "?"}, {"vad_filter": "?"}],
)
def test_a_query_that_cannot_be_is_refused_in_words(caller: Caller, query: Any) -> None:
    answer = ask(caller.client, **query)
    assert (answer.status_code, bool(answer.json()["detail"])) == (400, True)
    assert not Recording.objects.exists()


@pytest.mark.parametrize("path", ["/asr", "/detect-language"])
def test_a_form_without_the_file_is_refused_in_words(caller: Caller, path: str) -> None:
    answer = caller.client.post(path, {"file": SimpleUploadedFile("a.wav", b"RIFF")})
    assert (answer.status_code, "audio_file" in answer.json()["detail"]) == (400, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("act", "body"),
    [
        (_speaks, {"detected_language": "english", "language_code": "en", "confidence": 0.9}),
        (_is_silent, {"detected_language": None, "language_code": None, "confidence": 0.0}),
    ],
)
def test_the_language_is_told_and_nothing_is_kept(
    caller: Caller, worker_does: WorkerDoes, act: Callable[[Lease], None], body: dict[str, object]
) -> None:
    worker_does(act)
    assert ask(caller.client, "/detect-language").json() == body
    assert not Recording.objects.exists()


def test_a_language_that_nobody_can_tell_in_time_is_503(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.0
    answer = ask(caller.client, "/detect-language")
    assert (answer.status_code, answer["retry-after"]) == (503, "30")


@pytest.mark.parametrize("path", ["/asr", "/detect-language"])
def test_switched_off_it_is_not_there_for_anybody(caller: Caller, settings: Settings, path: str) -> None:
    settings.ASR_DIALECT = False
    for answer in (ask(caller.client, path), Client().post(path), Client().get(path), caller.client.delete(path)):
        assert answer.status_code == 404
        assert answer.json() == {"detail": "This dialect is switched off (WHISPERHUB_ASR_DIALECT)."}
    assert not Recording.objects.exists()


@pytest.mark.parametrize("path", ["/asr", "/detect-language"])
def test_it_is_posted_to_and_nothing_else(caller: Caller, path: str) -> None:
    answer = caller.get(path)
    assert (answer.status_code, answer["Allow"], list(answer.json())) == (405, "POST, OPTIONS", ["detail"])


@pytest.mark.parametrize("path", ["/asr", "/detect-language"])
def test_without_a_key_only_a_trusted_address_is_let_in(make_key: KeyMaker, settings: Settings, path: str) -> None:
    settings.TRUSTED_NETWORKS = (ip_network("192.168.20.0/24"),)
    settings.SYNC_TIMEOUT = 0.0
    assert ask(Client(), path).status_code == 401
    assert ask(Caller(*make_key(Scope.READ)).client, path).status_code == 403
    assert ask(Client(REMOTE_ADDR="192.168.20.30"), path).status_code in (503, 504)
