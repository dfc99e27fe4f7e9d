"""Uploads that nobody ends."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from transcripts.models import Recording, Transcript, Upload
from transcripts.resumable import files
from transcripts.resumable.sweeping import PAGE_PATIENCE, STRAY_AFTER, sweep

from .conftest import CONTENT, Tus

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=5)


def _left(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_what_has_expired_goes_with_its_bytes(tus: Tus, settings: Settings) -> None:
    settings.UPLOAD_HOURS = 1.0
    tus.send(tus.begun(), CONTENT[:10])
    sweep(timezone.now() + timedelta(minutes=59))
    assert Upload.objects.exists()
    sweep(timezone.now() + timedelta(minutes=61))
    assert not Upload.objects.exists()
    assert _left(settings) == []


def test_what_was_made_of_it_stays(tus: Tus) -> None:
    tus.finish(tus.sent())
    sweep(timezone.now() + timedelta(days=30))
    assert not Upload.objects.exists()
    with Recording.objects.get().file.open() as stored:
        assert stored.read() == CONTENT


def test_a_whole_file_of_a_page_that_was_closed_is_transcribed(page: Tus) -> None:
    address = page.sent(CONTENT, "a.flac", language="es")
    sweep(timezone.now() + PAGE_PATIENCE - SOON)
    assert not Transcript.objects.exists()
    sweep(timezone.now() + PAGE_PATIENCE + SOON)
    transcript = Transcript.objects.get()
    assert transcript.language_requested == "es"
    assert page.finish(address).json()["id"] == str(transcript.pk)
    sweep(timezone.now() + PAGE_PATIENCE + SOON)
    assert Transcript.objects.count() == 1


def test_a_program_says_itself_when_it_wants_a_transcript(program: Tus) -> None:
    program.sent()
    sweep(timezone.now() + timedelta(hours=1))
    assert not Transcript.objects.exists()


def test_a_part_of_a_file_is_not_transcribed(page: Tus) -> None:
    page.send(page.begun(), CONTENT[:-1])
    sweep(timezone.now() + timedelta(hours=1))
    assert not Transcript.objects.exists()
    assert Upload.objects.exists()


def test_who_may_not_send_any_more_gets_nothing(page: Tus, alice: User) -> None:
    page.sent()
    alice.groups.clear()
    sweep(timezone.now() + timedelta(hours=1))
    assert not Transcript.objects.exists()


def test_a_file_whose_row_has_gone_goes_too(tus: Tus, settings: Settings) -> None:
    tus.begun()
    Upload.objects.all().delete()
    sweep(timezone.now())
    assert len(_left(settings)) == 1
    sweep(timezone.now() + STRAY_AFTER + SOON)
    assert _left(settings) == []


def test_a_file_of_another_name_is_left_alone(settings: Settings) -> None:
    folder = Path(settings.INCOMING_DIR)
    folder.mkdir(parents=True)
    (folder / "resumable-notes").write_bytes(b"mine")
    os.utime(folder / "resumable-notes", (0, 0))
    files.start(stray := uuid4())
    sweep(timezone.now() + timedelta(days=1))
    assert files.size(stray) is None
    assert [path.name for path in _left(settings)] == ["resumable-notes"]
