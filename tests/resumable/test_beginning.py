"""What is checked when an upload begins, before a byte of the file is sent: length, options, name, room, limits."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from transcripts.models import ApiKey, Upload
from transcripts.resumable import uploads

from .conftest import Tus, said

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("length", "status", "words"),
    [
        ("", 400, "Upload-Length must be a number of bytes."),
        ("many", 400, "Upload-Length must be a number of bytes."),
        ("0", 400, "empty"),
        ("1001", 413, "larger than 1000 bytes"),
    ],
)
def test_a_length_that_cannot_be_is_refused_before_a_byte_is_sent(
    tus: Tus, length: str, status: int, words: str, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    answer = tus.ask("POST", tus.root, upload_length=length)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (said(language="spanisch"), "es (Spanish)"),
        (said(task="sing"), "Unknown task 'sing'"),
        (said(langauge="es"), "there is no option 'langauge'. Did you mean language?"),
        (said(glossary="none of ours"), "There is no glossary named"),
        ("filename %%%", "the value of 'filename' is not UTF-8 text in base64"),
        ("filename /w==", "the value of 'filename' is not UTF-8 text in base64"),
        ("title YQ==,title Yg==", "names 'title' twice"),
    ],
)
def test_options_are_checked_before_a_byte_is_sent(tus: Tus, metadata: str, words: str) -> None:
    answer = tus.ask("POST", tus.root, upload_length="10", upload_metadata=metadata)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert not Upload.objects.exists()


def test_what_other_clients_say_of_a_file_is_no_mistake(tus: Tus) -> None:
    header = said(name="a.wav", type="audio/wav", filetype="audio/wav", relativePath="x/a.wav") + ",is_confidential"
    assert tus.ask("POST", tus.root, upload_length="4", upload_metadata=header).status_code == 400
    assert tus.ask("POST", tus.root, upload_length="4", upload_metadata=header.rpartition(",")[0]).status_code == 201
    assert Upload.objects.get().filename == "a.wav"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\a\\b.wav", "b.wav"), ("a\nb\x00.wav", "a b .wav"), ("é" * 600, "é" * 500)],
)
def test_a_name_is_shown_and_never_a_path(tus: Tus, sent: str, kept: str) -> None:
    tus.begun(4, sent)
    assert Upload.objects.get().filename == kept


def test_a_full_queue_is_told_before_a_byte_is_sent(tus: Tus, settings: Settings) -> None:
    settings.MAX_QUEUE = 0
    answer = tus.begin()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_a_full_disk_is_told_before_a_byte_is_sent(tus: Tus, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10**15
    answer = tus.begin(10**14)
    assert answer.status_code == 507
    assert not Upload.objects.exists()


def test_nobody_begins_uploads_without_end(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    addresses = [tus.begun(4), tus.begun(4)]
    assert tus.begin(4).status_code == 429
    tus.ask("DELETE", addresses[0])
    assert tus.begin(4).status_code == 201


def test_the_limits_of_a_key_are_told_before_a_byte_is_sent(program: Tus, key: tuple[ApiKey, str]) -> None:
    ApiKey.objects.update(max_file_bytes=100)
    assert program.client.options(program.root)["Tus-Max-Size"] == "100"
    assert program.begin(101).status_code == 413
    ApiKey.objects.update(audio_minutes_per_day=0)
    assert program.begin(100).status_code == 429
