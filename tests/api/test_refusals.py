"""What is refused, with which status and in which words; and that nothing of it stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import FORM, SAMPLE, BrokenBody, Caller
from tests.rows import in_state
from transcripts import submissions
from transcripts.incoming import CHUNK_BYTES
from transcripts.models import Recording, Status

pytestmark = pytest.mark.django_db

NO_FILE = {
    "detail": "No file was sent. Send multipart/form-data with the file in a part named 'file' that has a filename."
}
PART = b'--edge\r\nContent-Disposition: form-data; name="%b"; filename="a.wav"\r\n\r\n'


def _files(settings: Settings | LazySettings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _nothing_stays(settings: Settings, db: None) -> Any:
    yield
    assert not Recording.objects.filter(container="flac").exists()
    assert _files(settings) == []


def _post(caller: Caller, body: bytes, kind: str = FORM) -> Any:
    return caller.client.generic("POST", "/transcribe", body, content_type=kind)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--edge--\r\n",
        b"nothing of the kind",
        PART % b"audio" + SAMPLE.read_bytes() + b"\r\n--edge--\r\n",
        b'--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\nno filename\r\n--edge--\r\n',
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\nempty name\r\n--edge--\r\n',
    ],
    ids=["no body", "no part", "no form", "another name", "no filename", "an empty filename"],
)
def test_a_request_without_a_file_is_told_how_to_send_one(caller: Caller, body: bytes) -> None:
    answer = _post(caller, body)
    assert (answer.status_code, answer.json()) == (400, NO_FILE)


@pytest.mark.parametrize("kind", ["application/json", "audio/wav", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_no_form_with_files_is_refused_by_its_type(caller: Caller, kind: str) -> None:
    answer = _post(caller, SAMPLE.read_bytes(), kind)
    assert (answer.status_code, answer.json()) == (415, {"detail": f'Unsupported media type "{kind}" in request.'})


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ü"]
)
def test_a_form_without_a_usable_boundary_is_refused(caller: Caller, kind: str) -> None:
    answer = _post(caller, b"--edge--\r\n", kind)
    assert answer.status_code == 400
    assert "boundary" in answer.json()["detail"]


def test_an_empty_file_is_refused(caller: Caller) -> None:
    answer = caller.upload(b"")
    assert (answer.status_code, answer.json()) == (400, {"detail": "The file is empty (0 bytes)."})


@pytest.mark.parametrize(
    "content", [b"Dear Sir or Madam,\n" * 100, bytes(5000), b"RIFF"], ids=["text", "zeros", "stub"]
)
def test_what_is_not_audio_is_refused_by_its_content_and_not_by_its_name(caller: Caller, content: bytes) -> None:
    answer = caller.upload(content, name="music.wav")
    assert answer.status_code == 415
    assert answer.json()["detail"].startswith("This is not an audio or video file")


def test_a_file_over_the_limit_is_refused_as_soon_as_it_is_over(caller: Caller, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    answer = caller.upload()
    expected = {"detail": "The file is larger than 1000 bytes, which is the limit here."}
    assert (answer.status_code, answer.json()) == (413, expected)


def test_an_announced_length_over_the_limit_is_refused_without_reading_the_file(
    caller: Caller, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000_000 - CHUNK_BYTES - 1
    body = BrokenBody(b"")
    answer = body.post(caller.client)
    assert (answer.status_code, body.was_read) == (413, False)


def test_a_file_that_lies_about_its_length_is_refused_in_mid_stream(caller: Caller, settings: Settings) -> None:
    """The whole request announces less than the limit allows for the frame, the file alone is over it."""
    settings.MAX_UPLOAD_BYTES = 5000
    body = BrokenBody(PART % b"file" + bytes(10_000))
    assert body.post(caller.client).status_code == 413


def test_a_sender_whose_connection_is_reset_in_mid_file_leaves_nothing(caller: Caller) -> None:
    answer = BrokenBody(PART % b"file" + SAMPLE.read_bytes()).post(caller.client)
    assert answer.status_code == 400


def test_a_sender_who_stops_in_mid_file_leaves_nothing(caller: Caller) -> None:
    answer = _post(caller, PART % b"file" + SAMPLE.read_bytes())
    assert (answer.status_code, answer.json()) == (400, NO_FILE)


def test_of_two_files_neither_stays_when_the_second_is_too_large(caller: Caller, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 100
    body = PART % b"first" + bytes(50) + b"\r\n" + PART % b"file" + bytes(200) + b"\r\n--edge--\r\n"
    assert _post(caller, body).status_code == 413


@pytest.mark.parametrize("kind", ["fields", "files"])
def test_a_form_of_thousands_of_parts_is_refused(caller: Caller, kind: str) -> None:
    head = PART if kind == "files" else b'--edge\r\nContent-Disposition: form-data; name="%b"\r\n\r\n'
    answer = _post(caller, b"".join(head % b"f" + b"x\r\n" for _ in range(2000)) + b"--edge--\r\n")
    assert answer.status_code == 400
    assert "exceeded" in answer.json()["detail"]


def test_megabytes_beside_the_file_are_refused(caller: Caller, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = caller.upload(fields={"language": "x" * 20_000})
    words = {"detail": "What was sent beside the file is larger than 10000 bytes."}
    assert (answer.status_code, answer.json()) == (413, words)


def test_a_full_queue_says_when_to_come_back(caller: Caller, settings: Settings) -> None:
    settings.MAX_QUEUE = 1
    in_state(Status.QUEUED)
    for answer in (caller.upload(), caller.post_url("http://example.org/a.wav")):
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert answer.json() == {"detail": "The queue is full. Nothing was stored; please send it again in a while."}


def test_a_full_queue_says_so_before_the_file_is_read(caller: Caller, settings: Settings) -> None:
    settings.MAX_QUEUE = 1
    in_state(Status.QUEUED)
    body = BrokenBody(b"")
    assert (body.post(caller.client).status_code, body.was_read) == (503, False)


def test_a_wrong_parameter_is_told_before_the_file_is_read(caller: Caller) -> None:
    body = BrokenBody(b"")
    answer = body.post(caller.client, "/transcribe?language=englsh")
    assert (answer.status_code, body.was_read) == (400, False)


@pytest.mark.parametrize("path", ["/transcribe", "/transcribe/url"])
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_other_methods_are_not_allowed(caller: Caller, path: str, method: str) -> None:
    answer = getattr(caller.client, method)(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize("path", ["/transcribe", "/transcribe/url", "/api/v1/transcripts/x", "/health"])
def test_a_trailing_slash_is_another_address_and_not_a_redirect_that_loses_the_body(caller: Caller, path: str) -> None:
    assert caller.client.post(f"{path}/").status_code == 404


def test_a_host_that_is_not_ours_is_refused() -> None:
    assert Client().get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_a_fault_of_ours_is_said_in_json_without_its_secrets_and_logged(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(submissions, "submit", broken)
    answer = caller.upload()
    assert (answer.status_code, list(answer.json())) == (500, ["detail"])
    assert "secret" not in answer.content.decode()
    assert "the secret of the house" in caplog.text


def test_a_database_that_is_away_is_a_503_to_come_back_to(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed")

    monkeypatch.setattr(submissions, "submit", away)
    answer = caller.upload()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "10.0.0.7" not in answer.content.decode()


def test_a_storage_that_is_away_is_a_503_and_nothing_is_kept(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionError("no route to the bucket")

    monkeypatch.setattr(default_storage, "save", away)
    answer = caller.upload()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert not Recording.objects.exists()
