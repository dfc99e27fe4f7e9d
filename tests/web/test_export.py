"""A transcript as a file, and what the document behind it says."""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from transcripts.documents import document
from transcripts.exports import FORMATS, Document, Line, Provenance, Timed
from transcripts.models import Recording, Task, Transcript


def _address(transcript: Transcript, name: str) -> str:
    return reverse("export", args=[transcript.pk, name])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_as_a_file_with_its_own_type(name: str, finished: Transcript, alice_browser: Client) -> None:
    answer = alice_browser.get(_address(finished, name))
    assert answer.status_code == HTTPStatus.OK
    assert answer["Content-Type"] == FORMATS[name].media_type
    assert answer["Content-Disposition"] == f'attachment; filename="en-short-1.{FORMATS[name].extension}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == FORMATS[name].render(document(finished))


def test_every_format_is_offered_on_the_page(finished: Transcript, alice_browser: Client) -> None:
    page = alice_browser.get(reverse("transcript", args=[finished.pk])).content.decode()
    assert [name for name in FORMATS if _address(finished, name) not in page] == []


def test_the_words_are_in_the_file(finished: Transcript, alice_browser: Client) -> None:
    text = alice_browser.get(_address(finished, "txt")).content.decode()
    exported = json.loads(alice_browser.get(_address(finished, "json")).content)
    assert "First words." in text
    assert "Second words." in text
    assert "large-v3-turbo" in json.dumps(exported)


def test_there_is_no_other_format(finished: Transcript, alice_browser: Client) -> None:
    assert alice_browser.get(_address(finished, "exe")).status_code == HTTPStatus.NOT_FOUND


def test_a_title_in_any_script_names_the_file(finished: Transcript, alice_browser: Client) -> None:
    Recording.objects.update(title="会議録 2026.mp3")
    disposition = alice_browser.get(_address(finished, "srt"))["Content-Disposition"]
    assert disposition == f"attachment; filename*=utf-8''{quote('会議録 2026.srt')}"


def test_the_document_is_the_rows(finished: Transcript) -> None:
    Transcript.objects.update(language_requested="en")
    transcript = Transcript.objects.get()
    assert transcript.finished_at is not None
    assert document(transcript) == Document(
        title="en-short-1.flac",
        language="en",
        duration_ms=3963,
        segments=(
            Line(0, 1000, " First words.", words=(Timed(" First words.", 0, 1000, 0.9),)),
            Line(1000, 2000, " Second words.", words=(Timed(" Second words.", 1000, 2000, 0.9),)),
        ),
        provenance=Provenance(
            media_sha256=transcript.recording.sha256,
            media_name="en-short-1.flac",
            model="large-v3-turbo",
            model_revision="abc",
            parameters={"task": "transcribe", "language": "en", "device": "cuda", "compute_type": "float32"},
            created_at=transcript.finished_at.isoformat(timespec="seconds"),
        ),
    )


def test_the_document_names_every_parameter_by_the_name_that_callers_know(finished: Transcript) -> None:
    glossary = {"name": "council", "words": "Okafor, Lindqvist"}
    options = {"initial_prompt": "Minutes.", "hotwords": "Wei", "channels": True, "vad_pad": 0.4, "glossary": glossary}
    Transcript.objects.update(options=options)
    assert document(Transcript.objects.get()).provenance.parameters == {
        "task": "transcribe",
        "language": "detect",
        "device": "cuda",
        "compute_type": "float32",
        "prompt": "Minutes.",
        "hotwords": "Wei",
        "channels": True,
        "vad_pad": 0.4,
        "glossary": glossary,
    }


def test_the_document_of_a_translation_is_english(finished: Transcript) -> None:
    Transcript.objects.update(task=Task.TRANSLATE, language="es")
    assert document(Transcript.objects.get()).language == "en"


def test_the_same_transcript_gives_the_same_bytes(finished: Transcript, alice_browser: Client) -> None:
    for name in FORMATS:
        first, second = (alice_browser.get(_address(finished, name)).content for _ in range(2))
        assert first == second
