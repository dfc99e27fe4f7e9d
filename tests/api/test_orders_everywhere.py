"""Every wish on every route that makes a transcript: a whole order is sent, and the rows say that all of it arrived."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import ASYNC, SAMPLE, Caller, Serve
from tests.fetch.origin import page
from tests.rows import recording
from transcripts import lifecycle
from transcripts.models import Glossary, Transcript
from transcripts.orders import NAMES

pytestmark = pytest.mark.django_db


class Wish(NamedTuple):
    """A name of an order, as a form writes it, as JSON writes it, and what the rows have to say."""

    form: str
    json: object
    kept: object


ORDER = {
    "language": Wish("German", "German", "de"),
    "task": Wish("translate", "translate", "translate"),
    "model": Wish("council", "council", "council"),
    "languages": Wish("de,es", ["de", "es"], ["de", "es"]),
    "multilingual": Wish("true", True, True),
    "profile": Wish("careful", "careful", "careful"),
    "prompt": Wish("A council meeting.", "A council meeting.", "A council meeting."),
    "hotwords": Wish("Werify, Ahn", "Werify, Ahn", "Werify, Ahn"),
    "glossary": Wish("council", "council", {"name": "Council", "words": "Okafor"}),
    "word_timestamps": Wish("false", False, False),
    "temperature": Wish("0.4", 0.4, 0.4),
    "channels": Wish("true", True, True),
    "clip_start": Wish("0.5", 0.5, 0.5),
    "clip_end": Wish("3", 3, 3.0),
    "vad_threshold": Wish("0.6", 0.6, 0.6),
    "vad_min_silence": Wish("0.3", 0.3, 0.3),
    "vad_min_speech": Wish("0.2", 0.2, 0.2),
    "vad_pad": Wish("0.1", 0.1, 0.1),
    "priority": Wish("bulk", "bulk", "bulk"),
    "title": Wish("Session of May", "Session of May", "Session of May"),
    "tags": Wish("board,2031", ["board", "2031"], ["2031", "board"]),
    "reference": Wish("4711", "4711", "4711"),
    "metadata": Wish('{"case": 4711}', {"case": 4711}, {"case": 4711}),
    "callback_url": Wish("https://werify.example/done", "https://werify.example/done", "https://werify.example/done"),
    "retention_days": Wish("30", 30, 30),
    "audio_retention_days": Wish("7", 7, 7),
}
FORM = {name: wish.form for name, wish in ORDER.items()}
JSON = {name: wish.json for name, wish in ORDER.items()}
KEPT = {name: wish.kept for name, wish in ORDER.items()}
# What one request says of all others of its recording belongs to the recording, which a second run only hears again.
OF_THE_RECORDING = {"title", "tags", "retention_days", "audio_retention_days"}
# Kept from the first run on.
OF_THE_SENDER = {"reference", "metadata", "callback_url"}
# `word_timestamps` of whisper-asr-webservice chooses what is told: the words are kept in any case.
WORDS_ARE_KEPT = KEPT | {"word_timestamps": None}


def kept(row: Transcript) -> dict[str, Any]:
    """An order as the rows have it, by the caller's names."""
    days = {"retention_days": row.recording.expires_at, "audio_retention_days": row.recording.audio_expires_at}
    found = {
        "language": row.language_requested,
        "task": row.task,
        "priority": row.priority,
        "title": row.recording.title,
        "tags": sorted(tag.name for tag in row.recording.tags.all()),
        "reference": row.reference,
        "metadata": row.metadata,
        "callback_url": row.callback_url,
        "prompt": row.options.get("initial_prompt"),
    } | {
        name: moment and round((moment - row.recording.created_at) / timedelta(days=1)) for name, moment in days.items()
    }
    return found | {name: row.options.get(name) for name in ORDER.keys() - found.keys()}


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("talk.flac", SAMPLE.read_bytes())


def _in_the_form(path: str) -> Callable[[Caller, str], Any]:
    return lambda caller, _: caller.client.post(path, {**FORM, "file": _file()}, headers=ASYNC)


def _in_the_query(path: str, part: str = "file") -> Callable[[Caller, str], Any]:
    return lambda caller, _: caller.client.post(path, {part: _file()}, query_params=FORM, headers=ASYNC)


def _in_json(path: str) -> Callable[[Caller, str], Any]:
    return lambda caller, url: caller.client.post(path, {**JSON, "url": url}, "application/json", headers=ASYNC)


def _beside_the_url(caller: Caller, url: str) -> Any:
    return caller.client.post("/transcribe/url", {"url": url}, "application/json", query_params=FORM, headers=ASYNC)


def _begin_upload(caller: Caller, said: Mapping[str, str]) -> Any:
    pairs = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items()]
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(SAMPLE.stat().st_size),
        "Upload-Metadata": ",".join(pairs),
    }
    body, kind = SAMPLE.read_bytes(), "application/offset+octet-stream"
    return caller.client.post("/api/v1/uploads", body, content_type=kind, headers=headers)


def _of_an_upload(caller: Caller, said: Mapping[str, str], asked: Mapping[str, object]) -> Any:
    upload = _begin_upload(caller, said)["Location"].rsplit("/", 1)[1]
    return caller.client.post("/api/v1/transcripts", {**asked, "upload": upload}, "application/json")


def _once_more(caller: Caller, _: str) -> Any:
    said = {name: value for name, value in KEPT.items() if name in OF_THE_SENDER}
    first = lifecycle.submit(recording(api_key=caller.row), **said)
    asked = {name: value for name, value in JSON.items() if name not in OF_THE_RECORDING | OF_THE_SENDER}
    return caller.client.post(f"/api/v1/transcripts/{first.pk}/rerun", asked, "application/json")


ROUTES: dict[str, tuple[Callable[[Caller, str], Any], Mapping[str, object]]] = {
    "/transcribe, query": (_in_the_query("/transcribe"), KEPT),
    "/transcribe, form": (_in_the_form("/transcribe"), KEPT),
    "/transcribe/url, JSON": (_in_json("/transcribe/url"), KEPT),
    "/transcribe/url, query": (_beside_the_url, KEPT),
    "/v1/audio/transcriptions": (_in_the_form("/v1/audio/transcriptions"), KEPT | {"task": "transcribe"}),
    "/v1/audio/translations": (_in_the_form("/v1/audio/translations"), KEPT),
    "/api/v1/transcripts, form": (_in_the_form("/api/v1/transcripts"), KEPT),
    "/api/v1/transcripts, JSON": (_in_json("/api/v1/transcripts"), KEPT),
    "/api/v1/transcripts, upload": (lambda caller, _: _of_an_upload(caller, {}, JSON), KEPT),
    "/api/v1/uploads": (lambda caller, _: _of_an_upload(caller, FORM, {}), KEPT),
    "/asr": (_in_the_query("/asr", "audio_file"), WORDS_ARE_KEPT),
    "/api/v1/transcripts/{id}/rerun": (
        _once_more,
        {name: value for name, value in KEPT.items() if name not in OF_THE_RECORDING},
    ),
}


def test_the_order_is_complete() -> None:
    assert set(ORDER) == NAMES


@pytest.mark.parametrize("route", ROUTES)
def test_every_wish_arrives(route: str, caller: Caller, serve: Serve, settings: Settings) -> None:
    settings.ASR_DIALECT, settings.SYNC_TIMEOUT = True, 0.0
    settings.WHISPER_MODELS = ["council"]
    Glossary.objects.create(name="Council", words="Okafor")
    send, wanted = ROUTES[route]
    origin = serve(page(SAMPLE.read_bytes(), "Content-Type: audio/flac"))
    settings.URL_ALLOWED_PORTS = [origin.port, 443]
    answer = send(caller, origin.url())
    assert answer.status_code in (201, 202, 504), answer.content
    row = Transcript.objects.select_related("recording").latest("created_at")
    assert {name: value for name, value in kept(row).items() if name in wanted} == wanted


def test_an_option_of_another_type_is_refused_rather_than_passed_over(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.0
    form = {"model": "whisper-1", "metadata[case]": "4711", "file": _file()}
    answer = caller.client.post("/v1/audio/transcriptions", form)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "metadata")
    assert not Transcript.objects.exists()


def test_words_of_the_dialect_and_of_the_hub_are_expected_together(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.0
    form = {"model": "whisper-1", "hotwords": "Werify", "keywords[]": ["Ahn", "Okafor"], "file": _file()}
    caller.client.post("/v1/audio/transcriptions", form)
    assert Transcript.objects.get().options == {"hotwords": "Werify, Ahn, Okafor"}
