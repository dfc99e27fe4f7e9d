"""Recordings sent by the page: by its script, by a plain form, by a link."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.server import HTTPServer, SimpleHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.rows import worker
from tests.speech import SAMPLES
from transcripts.models import Glossary, Priority, Recording, Status, Task, Transcript

from .conftest import SAMPLE, SAMPLE_BYTES

if TYPE_CHECKING:
    from django.test.client import (
        _MonkeyPatchedWSGIResponse as Answer,
    )  # the test client's answers, as the stubs name them

SCRIPT = {"Accept": "application/json"}


def _file(name: str = SAMPLE, content: bytes = SAMPLE_BYTES) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _send(client: Client, **fields: Any) -> Answer:
    return client.post(reverse("upload"), fields, headers=SCRIPT)


def _left_behind(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_sent_file_is_stored_and_queued(alice_browser: Client, settings: Settings) -> None:
    answer = _send(alice_browser, file=_file("Réunion à Genève.flac"), language="English", task="transcribe")
    transcript = Transcript.objects.select_related("recording").get()
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.json() == {
        "id": str(transcript.pk),
        "title": "Réunion à Genève.flac",
        "url": f"/transcripts/{transcript.pk}",
    }
    recording = transcript.recording
    assert (transcript.status, transcript.language_requested, transcript.task) == (Status.QUEUED, "en", Task.TRANSCRIBE)
    assert recording.owner is not None
    assert recording.owner.username == "alice"
    assert recording.sha256 == hashlib.sha256(SAMPLE_BYTES).hexdigest()
    assert [path.read_bytes() for path in _left_behind(settings)] == [SAMPLE_BYTES]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"file": _file("notes.txt", b"not audio at all")}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not an audio or video"),
        ({"file": _file("empty.wav", b"")}, HTTPStatus.BAD_REQUEST, "empty"),
        ({}, HTTPStatus.BAD_REQUEST, "No file was chosen."),
        ({"file": _file(), "language": "spanisch"}, HTTPStatus.BAD_REQUEST, "es (Spanish)"),
        ({"file": _file(), "task": "sing"}, HTTPStatus.BAD_REQUEST, "Unknown task 'sing'"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason_and_leaves_nothing(
    fields: dict[str, Any], status: HTTPStatus, words: str, alice_browser: Client, settings: Settings
) -> None:
    if "file" in fields:
        fields["file"].seek(0)
    answer = _send(alice_browser, **fields)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert not Recording.objects.exists()
    assert _left_behind(settings) == []


def test_a_file_over_the_limit_is_refused_in_mid_stream(alice_browser: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = len(SAMPLE_BYTES) - 1
    answer = _send(alice_browser, file=_file())
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert answer.json() == {
        "detail": f"The file is larger than {len(SAMPLE_BYTES) - 1} bytes, which is the limit here."
    }
    assert not Recording.objects.exists()
    assert _left_behind(settings) == []


def test_a_body_that_says_itself_that_it_is_too_large_is_not_read(alice_browser: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    body = (SAMPLES / "en-long.flac").read_bytes()
    assert len(body) > 1000 + 1024**2
    assert _send(alice_browser, file=_file(content=body)).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert not Path(settings.INCOMING_DIR).exists()


def test_a_plain_form_is_told_on_a_page_why_its_file_is_too_large(alice_browser: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1000
    answer = alice_browser.post(reverse("upload"), {"file": _file()})
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "The file is larger than 1000 bytes" in answer.content.decode()
    assert "<title>Not taken in · WhisperHub</title>" in answer.content.decode()


def test_a_full_queue_says_when_to_come_again(alice_browser: Client, settings: Settings) -> None:
    settings.MAX_QUEUE = 0
    answer = _send(alice_browser, file=_file())
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer["Retry-After"] == "30"
    assert "queue is full" in answer.json()["detail"]


def test_one_file_by_a_plain_form_leads_to_its_page(alice_browser: Client) -> None:
    answer = alice_browser.post(reverse("upload"), {"file": _file()})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"] == reverse("transcript", args=[Transcript.objects.get().pk])


def test_a_bad_file_among_many_does_not_keep_the_others_out(alice_browser: Client) -> None:
    files = [_file("one.flac"), _file("notes.txt", b"no audio"), _file("two.flac")]
    page = alice_browser.post(reverse("upload"), {"file": files}, follow=True).content.decode()
    assert sorted(Recording.objects.values_list("title", flat=True)) == ["one.flac", "two.flac"]
    assert "one.flac is in the queue." in page
    assert "notes.txt: The file is not audio" in page or "notes.txt: This is not an audio" in page


def test_the_token_is_checked_although_the_body_is_read_late(uploaded: Transcript) -> None:
    owner = uploaded.recording.owner
    assert owner is not None
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert _send(strict, file=_file()).status_code == HTTPStatus.FORBIDDEN
    assert Recording.objects.count() == 1
    token = strict.get(reverse("library")).context["csrf_token"]
    answer = strict.post(reverse("upload"), {"file": _file()}, headers={**SCRIPT, "X-CSRFToken": str(token)})
    assert answer.status_code == HTTPStatus.CREATED
    answer = strict.post(reverse("upload"), {"file": _file(), "csrfmiddlewaretoken": str(token)})
    assert answer.status_code == HTTPStatus.FOUND


def test_the_limits_are_told_before_anything_is_sent(alice_browser: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES, settings.MAX_RECORDING_HOURS = 3 * 1024**2, 1.5
    page = alice_browser.get(reverse("library")).content.decode()
    assert "each up to 3.0\xa0MB and 1 h 30 min" in page
    assert f'data-max-bytes="{3 * 1024**2}"' in page


@pytest.fixture
def origin(settings: Settings) -> Iterator[str]:
    """A web server on this machine with the sample recordings, which may be fetched from."""
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.0/8"),)
    handler = partial(_Quiet, directory=str(SAMPLES))
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        settings.URL_ALLOWED_PORTS = {server.server_port}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Not into the test's output."""


def _fetch(client: Client, url: str) -> Answer:
    return client.post(reverse("upload-url"), {"url": url}, headers=SCRIPT)


def test_a_link_is_fetched_without_keeping_its_secret(origin: str, alice_browser: Client) -> None:
    answer = _fetch(alice_browser, f" {origin}/{SAMPLE}?signature=secret ")
    recording = Recording.objects.get()
    assert answer.status_code == HTTPStatus.CREATED
    assert recording.sha256 == hashlib.sha256(SAMPLE_BYTES).hexdigest()
    assert "secret" not in recording.source_url
    assert recording.source_url.endswith(f"/{SAMPLE}")


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "no address", "http://127.0.0.1/x.mp3", "http://[::1]/x.mp3"]
)
def test_an_address_that_may_not_be_opened_is_refused(url: str, alice_browser: Client) -> None:
    answer = _fetch(alice_browser, url)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.json()["detail"]
    assert not Recording.objects.exists()


def test_a_link_to_nothing_is_the_other_servers_fault(origin: str, alice_browser: Client) -> None:
    assert _fetch(alice_browser, f"{origin}/missing.mp3").status_code == HTTPStatus.BAD_GATEWAY


def test_every_option_of_the_panel_is_taken_with_a_link_too(origin: str, alice_browser: Client) -> None:
    Glossary.objects.create(name="Council", words="Okafor")
    asked = {
        "url": f"{origin}/{SAMPLE}",
        "language": "Spanish",
        "title": "Sesión",
        "tags": "board, 2026",
        "hotwords": "Quintero",
        "glossary": "council",
        "priority": "bulk",
        "channels": "true",
    }
    answer = alice_browser.post(reverse("upload-url"), asked, headers=SCRIPT)
    transcript = Transcript.objects.select_related("recording").get()
    assert answer.json()["title"] == transcript.recording.title == "Sesión"
    assert {tag.name for tag in transcript.recording.tags.all()} == {"board", "2026"}
    assert (transcript.language_requested, transcript.priority) == ("es", Priority.BULK)
    glossary = {"name": "Council", "words": "Okafor"}
    assert transcript.options == {"hotwords": "Quintero", "glossary": glossary, "channels": True}


def test_the_panel_offers_models_only_where_there_are_several(alice_browser: Client) -> None:
    running = worker(model="turbo")
    assert 'name="model"' not in alice_browser.get(reverse("library")).content.decode()
    running.offered = [{"name": "turbo", "model": "turbo"}, {"name": "medium", "model": "acme/medium"}]
    running.save()
    page = alice_browser.get(reverse("library")).content.decode()
    assert re.findall(r'<option value="(|medium)">(turbo \(default\)|medium)</option>', page) == [
        ("", "turbo (default)"),
        ("medium", "medium"),
    ]
    assert _send(alice_browser, file=_file(), model="medium").status_code == HTTPStatus.CREATED
    transcript = Transcript.objects.get()
    assert transcript.options == {"model": "medium"}
    shown = alice_browser.get(reverse("transcript", args=[transcript.pk])).content.decode()
    assert "<dt>Model</dt><dd>medium</dd>" in shown
    refused = _send(alice_browser, file=_file(), model="large-v9")
    assert (refused.status_code, Transcript.objects.count()) == (HTTPStatus.BAD_REQUEST, 1)
    assert "Use one of: turbo, medium." in refused.json()["detail"]


def test_the_panel_offers_the_glossaries_that_there_are(alice_browser: Client) -> None:
    assert 'name="glossary"' not in alice_browser.get(reverse("library")).content.decode()
    Glossary.objects.create(name="Council <b>", words="Okafor")
    assert "<option>Council &lt;b&gt;</option>" in alice_browser.get(reverse("library")).content.decode()
