"""Asking for the language: a worker answers, nobody sees the question, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import Settings

from tests.lifecycle.waiting import until
from tests.rows import claimed
from tests.speech import SAMPLES
from transcripts import language_detection, lifecycle, transcription
from transcripts.access import Actor
from transcripts.errors import EmptyFile, NotAudio, Unanswered
from transcripts.incoming import receive
from transcripts.language_detection import Detected
from transcripts.models import AuditEntry, Failure, Recording, Transcript
from transcripts.worker import WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)


def detect(name: str, content: bytes | None = None) -> Detected:
    """Ask for the language of one of the stored recordings."""
    with receive(name, [(SAMPLES / name).read_bytes() if content is None else content]) as file:
        try:
            return language_detection.detect(file, Actor())
        finally:
            connection.close()


@pytest.fixture
def asked() -> Iterator[ThreadPoolExecutor]:
    """A thread that asks while the test works."""
    with ThreadPoolExecutor(1) as thread:
        yield thread


def _nothing_is_left() -> bool:
    kept = [path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return not (Recording.objects.exists() or Transcript.objects.exists() or AuditEntry.objects.exists() or kept)


@pytest.mark.parametrize(
    ("name", "code", "least"), [("es-short-1.flac", "es", 0.5), ("en-long.flac", "en", 0.5), ("silence.flac", "", 0.0)]
)
def test_a_worker_tells_the_language_and_nothing_is_kept(
    asked: ThreadPoolExecutor, process: WorkerProcess, name: str, code: str, least: float
) -> None:
    answer = asked.submit(detect, name)
    until(Transcript.objects.queued().exists)
    transcription.transcribe_next(process)
    assert answer.result().code == code
    assert least <= answer.result().probability <= (1.0 if code else 0.0)
    assert _nothing_is_left()


def test_nobody_sees_the_question_while_it_waits(asked: ThreadPoolExecutor, admin: User) -> None:
    answer = asked.submit(detect, "en-short-1.flac")
    until(Transcript.objects.queued().exists)
    assert not Actor.person(admin).visible().exists()
    assert not Actor().visible().exists()
    lifecycle.complete(claimed(Transcript.objects.get()), processing_ms=1)
    assert answer.result() == Detected("", 0.0)


def test_a_recording_that_turns_out_to_be_broken_is_refused(asked: ThreadPoolExecutor) -> None:
    answer = asked.submit(detect, "en-short-1.flac")
    until(Transcript.objects.queued().exists)
    lifecycle.fail(claimed(Transcript.objects.get()), Failure.MEDIA, "It is broken.", processing_ms=1)
    with pytest.raises(NotAudio, match="It is broken"):
        answer.result()
    assert _nothing_is_left()


def test_a_question_that_nobody_answers_ends_and_nothing_is_kept(settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.05
    with pytest.raises(Unanswered):
        detect("en-short-1.flac")
    assert _nothing_is_left()


def test_what_is_no_recording_is_not_asked_about() -> None:
    with pytest.raises(NotAudio):
        detect("a.wav", b"not audio")
    with pytest.raises(EmptyFile):
        detect("a.wav", b"")
    assert _nothing_is_left()
