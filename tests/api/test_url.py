"""`/transcribe/url`: a file behind an address, fetched behind the guard from a real server on loopback."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller, Serve, WorkerDoes
from tests.fetch.origin import page, redirect
from tests.rows import said
from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Recording, Transcript


def _files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def _detail(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert list(answer.json()) == ["detail"]
    return str(answer.json()["detail"])


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_that_of_an_upload(caller: Caller, serve: Serve, worker_does: WorkerDoes) -> None:
    def work(lease: Lease) -> None:
        lifecycle.store_window(lease, said("Hello."), transcribed_ms=3962, language="en", language_probability=1.0)
        lifecycle.complete(lease, processing_ms=310)

    worker_does(work)
    origin = serve(page(SAMPLE.read_bytes(), "Content-Type: audio/flac"))
    answer = caller.client.post("/transcribe/url", {"url": origin.url("/a.flac")}, "application/json")
    assert answer.status_code == 200
    body = {"text": "Hello.", "language": "en", "duration": 3.96, "processing_time": 0.31, "segments": None}
    assert answer.json() == body
    assert answer["X-Transcript-Id"] == str(Transcript.objects.get().pk)


@pytest.mark.django_db
def test_what_is_stored_is_what_the_server_gave_and_its_address_without_the_secret(
    caller: Caller, serve: Serve, settings: Settings
) -> None:
    origin = serve(page(SAMPLE.read_bytes(), 'Content-Disposition: attachment; filename="../Talk.flac"'))
    assert caller.post_url(origin.url("/files/1?signature=secret#part")).status_code == 202
    recording = Recording.objects.get()
    assert (recording.title, recording.api_key) == ("Talk.flac", caller.row)
    assert recording.source_url == f"http://127.0.0.1:{origin.port}/files/1"
    (stored,) = _files(settings)
    assert stored.read_bytes() == SAMPLE.read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "query", "language", "task"),
    [
        ({}, {}, "", "transcribe"),
        ({"language": "es", "task": "translate", "include_segments": True}, {}, "es", "translate"),
        ({"language": None, "task": None, "include_segments": None}, {}, "", "transcribe"),
        ({"language": "es"}, {"language": "en", "task": "translate"}, "en", "translate"),
    ],
)
def test_parameters_may_stand_in_the_body_or_in_the_query_string_which_wins(
    caller: Caller, serve: Serve, fields: dict[str, Any], query: dict[str, str], language: str, task: str
) -> None:
    body = {"url": serve(page(SAMPLE.read_bytes())).url(), **fields}
    headers = {"Prefer": "respond-async"}
    answer = caller.client.post("/transcribe/url", body, "application/json", query_params=query, headers=headers)
    assert answer.status_code == 202
    row = Transcript.objects.get()
    assert (row.language_requested, row.task) == (language, task)


@pytest.mark.django_db
def test_the_address_may_come_as_a_form_field_too(caller: Caller, serve: Serve) -> None:
    body = f"url={serve(page(SAMPLE.read_bytes())).url()}&language=es"
    kind = "application/x-www-form-urlencoded"
    headers = {"Prefer": "respond-async"}
    assert caller.client.post("/transcribe/url", body, kind, headers=headers).status_code == 202
    assert Transcript.objects.get().language_requested == "es"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{}", "url: This field is required."),
        (b"", "url: This field is required."),
        (b'{"url": null}', "url: This field may not be null."),
        (b'{"url": ""}', "url: This field may not be blank."),
        (b'{"url": ["http://example.org"]}', "url: Not a valid string."),
        (b'{"url": {"a": 1}}', "url: Not a valid string."),
        (b'["http://example.org"]', "Expected a dictionary"),
        (b'"http://example.org"', "Expected a dictionary"),
        (b"null", "No data provided"),
        (b"{", "JSON parse error"),
        (b"\xff\xfe", "JSON parse error"),
        (b'{"url": "' + b"x" * 4001 + b'"}', "url: Ensure this field has no more than 4000 characters."),
        (b'{"url": "http://example.org/\\u0000"}', "Null characters are not allowed."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_names_no_address_is_refused_in_words(caller: Caller, body: bytes, words: str) -> None:
    answer = caller.client.generic("POST", "/transcribe/url", body, content_type="application/json")
    assert words in _detail(answer, 400)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.wav",
        "http://localhost/a.wav",
        "http://[::1]/a.wav",
        "http://[::ffff:10.0.0.1]/a.wav",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.20.1/",
        "http://0/",
        "ftp://example.org/a.wav",
        "file:///etc/passwd",
        "http://user:secret@example.org/",
        "not an address",
        "//example.org/a.wav",
    ],
)
def test_the_guard_refuses_in_words_and_nothing_is_kept(caller: Caller, url: str, settings: Settings) -> None:
    assert len(_detail(caller.post_url(url), 400)) > 20
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
def test_a_redirect_into_this_network_is_refused(caller: Caller, serve: Serve, settings: Settings) -> None:
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.1/32"),)
    origin = serve(redirect("http://127.0.0.2:8080/secret"))
    settings.URL_ALLOWED_PORTS = [origin.port, 8080]
    _detail(caller.post_url(origin.url()), 400)
    assert len(origin.requests) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("announced", [True, False])
def test_a_file_over_the_limit_is_refused_whether_it_says_so_or_not(
    caller: Caller, serve: Serve, settings: Settings, announced: bool
) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    content = page(bytes(5000)) if announced else b"HTTP/1.0 200 OK\r\n\r\n" + bytes(5000)
    assert "larger than 1000 bytes" in _detail(caller.post_url(serve(content).url()), 413)
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (page(b"gone", status="404 Not Found"), 502),
        (page(b"", status="500 Internal Server Error"), 502),
        (b"nonsense\r\n\r\n", 502),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort", 502),
        (page(b"<html>no audio</html>"), 415),
        (page(b""), 400),
    ],
    ids=["missing", "failing", "no HTTP", "cut off", "a web page", "empty"],
)
def test_a_server_that_does_not_give_audio_is_told_in_words_and_nothing_is_kept(
    caller: Caller, serve: Serve, settings: Settings, answer: bytes, status: int
) -> None:
    _detail(caller.post_url(serve(answer).url()), status)
    assert not Recording.objects.exists()
    assert _files(settings) == []


@pytest.mark.django_db
def test_a_server_that_takes_too_long_is_504(caller: Caller, serve: Serve, settings: Settings) -> None:
    settings.URL_TIMEOUT = 0.2
    origin = serve(lambda connection, stop: stop.wait(30))
    _detail(caller.post_url(origin.url()), 504)
    assert _files(settings) == []


@pytest.mark.django_db
def test_parameters_are_looked_at_before_anything_is_fetched(caller: Caller, serve: Serve) -> None:
    origin = serve(page(SAMPLE.read_bytes()))
    assert "Unknown language" in _detail(caller.post_url(origin.url(), language="englsh"), 400)
    assert origin.requests == []
