"""Why something was not taken, or failed: to its reader in their language, to a program in English."""

from __future__ import annotations

import ast
from http import HTTPStatus
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.conftest import KeyMaker
from tests.rows import claimed, in_state, recording
from transcripts import lifecycle, reasons
from transcripts.models import Failure, Scope, Status

ENGINE = Path(__file__).resolve().parents[2] / "transcripts" / "engine"
TOLD = {"Unreadable", "NoAudio", "UnsupportedTask"}
GERMAN = {"accept_language": "de"}
SCRIPT = GERMAN | {"accept": "application/json"}


@pytest.fixture
def visitor(alice: User) -> Client:
    """Alice."""
    client = Client()
    client.force_login(alice)
    return client


def _spoken(message: ast.expr) -> str:
    """A message as it may come out: 7 for every value in it."""
    if isinstance(message, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in message.values)
    assert isinstance(message, ast.Constant)
    return str(message.value)


def _messages() -> list[str]:
    """What the engine says of a recording or an order that it cannot take."""
    nodes = [node for path in ENGINE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return [_spoken(call.args[0]) for call in calls if call.func.id in TOLD]  # type: ignore[attr-defined]


def test_there_are_messages_to_look_at() -> None:
    assert len(_messages()) > 10


@pytest.mark.parametrize("message", _messages())
def test_what_the_engine_says_of_a_recording_is_known_in_every_language(message: str) -> None:
    for language in ("de", "es"):
        with translation.override(language):
            assert reasons.translated(message) != message


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Nobody knows this sentence.", "Nobody knows this sentence."),
        ("", ""),
        (reasons.STOPPED, "Der Worker hat aufgehört zu antworten, während er an dieser Aufnahme arbeitete."),
        (
            reasons.given_up(reasons.BROKE_OFF % {"error": "OSError: no (disk)."}, 3),
            "Die Transkription ist abgebrochen (OSError: no (disk).). Es wurde 3-mal versucht.",
        ),
        (
            reasons.GOES_ON % {"hours": "24"},
            "Diese Aufnahme geht nach 24 Stunden noch weiter, und mehr als 24 Stunden werden hier nicht angenommen.",
        ),
    ],
)
def test_a_stored_reason_is_said_with_its_values_in_their_places(stored: str, shown: str) -> None:
    with translation.override("de"):
        assert reasons.translated(stored) == shown
    with translation.override("en"):
        assert reasons.translated(stored) == stored


@pytest.mark.django_db
def test_a_failure_is_in_german_on_the_pages_and_in_english_in_the_api(
    visitor: Client, alice: User, make_key: KeyMaker
) -> None:
    row = in_state(Status.QUEUED, recording(owner=alice)).transcript
    lifecycle.fail(claimed(row), Failure.MEDIA, "The file has no audio track.", processing_ms=1)
    for address in (reverse("library"), reverse("transcript", args=[row.pk])):
        assert "Die Datei hat keine Tonspur." in visitor.get(address, headers=GERMAN).content.decode()
    key = make_key(Scope.READ)[1]
    told = Client(headers={"X-API-Key": key}).get(reverse("api-transcript", args=[row.pk]), headers=GERMAN)
    assert told.json()["error"] == "The file has no audio track."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "Nur Adressen, die mit http:// oder https:// beginnen, können geöffnet werden."),
        ("http://example.org:22/a.mp3", "Der Port 22 kann von hier aus nicht angesprochen werden."),
        ("http://127.0.0.1/a.mp3", "„127.0.0.1“ wurde nicht gefunden oder liegt nicht im öffentlichen Internet."),
    ],
)
def test_an_address_that_cannot_be_opened_is_refused_in_german_and_to_programs_in_english(
    url: str, words: str, visitor: Client, make_key: KeyMaker
) -> None:
    assert visitor.post(reverse("upload-url"), {"url": url}, headers=SCRIPT).json() == {"detail": words}
    key = make_key(Scope.TRANSCRIBE)[1]
    told = Client(headers={"X-API-Key": key}).post("/transcribe/url", {"url": url}, "application/json", headers=GERMAN)
    assert told.status_code == HTTPStatus.BAD_REQUEST
    assert "kann" not in told.json()["detail"]
    assert "„" not in told.json()["detail"]


@pytest.mark.django_db
def test_the_guards_of_the_pages_speak_the_readers_language(visitor: Client, robin: User) -> None:
    signed_out = Client().post(reverse("upload-url"), headers=SCRIPT)
    assert signed_out.json()["detail"].startswith("Sie sind abgemeldet.")
    reviewer = Client()
    reviewer.force_login(robin)
    assert "Gruppe Uploader" in reviewer.post(reverse("upload-url"), headers=SCRIPT).json()["detail"]
    asked = visitor.get(reverse("known"), {"sha256": "x"}, headers=SCRIPT)
    assert asked.json()["detail"] == "sha256 muss 64 Ziffern einer Hexadezimalzahl haben."


@pytest.mark.django_db
def test_the_name_of_a_language_on_a_german_page_is_no_name_to_the_api(make_key: KeyMaker) -> None:
    told = Client(headers={"X-API-Key": make_key(Scope.TRANSCRIBE)[1]}).post(
        "/transcribe/url?language=Spanisch", {"url": "https://example.org/a.mp3"}, "application/json", headers=GERMAN
    )
    assert told.status_code == HTTPStatus.BAD_REQUEST
    assert told.json()["detail"].startswith("Unknown language 'Spanisch'. Did you mean es (Spanish)")
