"""From a whole upload to a transcript: once, however often it is asked for and wherever it was interrupted."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from tests.together import together
from transcripts import submissions
from transcripts.access import Actor
from transcripts.models import ApiKey, Priority, Recording, Status, Transcript, Upload
from transcripts.resumable import files, finishing

from .conftest import API, CONTENT, SAMPLE, Tus

pytestmark = pytest.mark.django_db


def _left(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_whole_upload_becomes_the_recording_of_its_id(tus: Tus, settings: Settings) -> None:
    address = tus.sent()
    answer = tus.finish(address)
    assert answer.status_code == 201, answer.content
    transcript = Transcript.objects.select_related("recording").get()
    assert answer.json()["id"] == str(transcript.pk)
    recording = transcript.recording
    assert recording.pk == UUID(address.rpartition("/")[2])
    assert (recording.title, transcript.status) == (SAMPLE, Status.QUEUED)
    assert recording.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert [path.read_bytes() for path in _left(settings)] == [CONTENT]
    assert Path(default_storage.path(str(recording.file.name))).stat().st_mode & 0o777 == 0o600


def test_the_options_are_those_that_it_began_with(tus: Tus) -> None:
    tus.finish(tus.sent(CONTENT, "a.flac", title="Council", language="Spanish", priority="bulk", tags="board, 2026"))
    transcript = Transcript.objects.select_related("recording").get()
    assert (transcript.language_requested, transcript.priority) == ("es", Priority.BULK)
    assert transcript.recording.title == "Council"
    assert {tag.name for tag in transcript.recording.tags.all()} == {"board", "2026"}


def test_a_program_may_say_others_in_the_end(program: Tus) -> None:
    address = program.sent(CONTENT, "a.flac", title="Council", language="es")
    answer = program.finish(address, language="en", metadata={"case": 1}, hotwords="Okafor")
    assert answer.status_code == 201
    transcript = Transcript.objects.select_related("recording").get()
    assert (transcript.language_requested, transcript.recording.title) == ("en", "Council")
    assert (transcript.metadata, transcript.options["hotwords"]) == ({"case": 1}, "Okafor")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"upload": "x"}, "upload: "),
        ({"upload": "00000000-0000-0000-0000-000000000000", "url": "https://a.example/b.mp3"}, "url: "),
        ({"upload": "00000000-0000-0000-0000-000000000000", "langauge": "en"}, "Did you mean language?"),
    ],
)
def test_a_body_that_cannot_be_is_refused(program: Tus, body: dict[str, str], words: str) -> None:
    answer = program.client.post("/api/v1/transcripts", body, "application/json")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_an_upload_that_nobody_began_is_not_there(program: Tus) -> None:
    answer = program.finish("/00000000-0000-0000-0000-000000000000")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such upload, or it is not yours.")


def test_a_part_is_no_recording(tus: Tus) -> None:
    address = tus.begun()
    tus.send(address, CONTENT[:100])
    answer = tus.finish(address)
    assert answer.status_code == 409
    assert f"100 of {len(CONTENT)} bytes" in answer.json()["detail"]
    assert not Recording.objects.exists()
    tus.send(address, CONTENT[100:], 100)
    assert tus.finish(address).status_code == 201


def test_asked_again_it_gives_the_same_transcript(tus: Tus) -> None:
    address = tus.sent()
    first, second = tus.finish(address).json(), tus.finish(address).json()
    assert first["id"] == second["id"]
    assert Transcript.objects.count() == Recording.objects.count() == 1


def test_who_missed_the_end_is_told_that_all_of_it_is_here(tus: Tus) -> None:
    address = tus.sent()
    made = tus.finish(address).json()["id"]
    told = tus.ask("HEAD", address)
    assert int(told["Upload-Offset"]) == int(told["Upload-Length"]) == len(CONTENT)
    assert told["X-Transcript-Id"] == made


def test_the_same_file_twice_is_two_recordings_as_when_it_is_sent_at_once(tus: Tus) -> None:
    for _ in range(2):
        assert tus.finish(tus.sent()).status_code == 201
    assert Recording.objects.count() == 2


def test_what_is_no_sound_is_said_and_deleted(tus: Tus, settings: Settings) -> None:
    address = tus.sent(b"no audio at all", "notes.txt")
    answer = tus.finish(address)
    assert answer.status_code == 415
    assert "not an audio or video" in answer.json()["detail"]
    assert not Upload.objects.exists()
    assert _left(settings) == []


def test_what_is_refused_for_now_may_be_asked_for_later(program: Tus, settings: Settings) -> None:
    address = program.sent()
    ApiKey.objects.update(concurrent_transcripts=0)
    assert program.finish(address).status_code == 429
    settings.MAX_QUEUE = 0
    assert program.finish(address).status_code == 503
    settings.MAX_QUEUE = 10
    ApiKey.objects.update(concurrent_transcripts=1)
    assert program.finish(address).status_code == 201


def test_a_deleted_recording_does_not_come_back(tus: Tus) -> None:
    address = tus.sent()
    tus.finish(address)
    Recording.objects.get().delete()
    assert tus.finish(address).status_code == 410
    assert tus.ask("HEAD", address).status_code == 410


class _KilledError(BaseException):
    """Stands for SIGKILL: nothing that would clean up runs, as far as Python lets us."""


@pytest.mark.parametrize("moment", ["before the rows", "after the rows"])
def test_a_kill_while_it_is_finished_loses_and_doubles_nothing(
    moment: str, tus: Tus, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    address = tus.sent()
    upload = Upload.objects.get()
    actor = Actor(upload.owner, upload.api_key)

    def killed(*args: Any, **kwargs: Any) -> None:
        raise _KilledError

    with monkeypatch.context() as patched:
        if moment == "before the rows":
            patched.setattr(submissions, "_write", killed)
            patched.setattr(default_storage, "delete", lambda name: None)  # what is in the storage stays there
        else:
            patched.setattr(files, "remove", killed)
        with pytest.raises(_KilledError):
            finishing.finish(upload, {}, actor)

    assert tus.offset(address) == len(CONTENT)
    assert tus.finish(address).status_code == 201
    assert tus.finish(address).status_code == 201
    assert Transcript.objects.count() == 1
    (stored,) = _left(settings)
    assert stored.read_bytes() == CONTENT
    assert default_storage.path(str(Recording.objects.get().file.name)) == str(stored)


def test_a_file_system_without_second_names_gets_a_copy(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    address = tus.sent()
    assert tus.finish(address).status_code == 201
    with Recording.objects.get().file.open() as stored:
        assert stored.read() == CONTENT


@pytest.mark.django_db(transaction=True)
def test_of_many_who_finish_at_once_one_makes_it_and_all_are_given_it(program: Tus, key: tuple[ApiKey, str]) -> None:
    address = program.sent()

    def finish() -> str:
        return str(Tus(Client(headers={"X-API-Key": key[1]}), API).finish(address).json()["id"])

    ids = together(*[finish] * 8)
    assert len(set(ids)) == 1
    assert Transcript.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_write_at_one_place_one_does(program: Tus, key: tuple[ApiKey, str]) -> None:
    address = program.begun(8 * 1000)

    def send(number: int) -> int:
        sender = Tus(Client(headers={"X-API-Key": key[1]}), API)
        return int(sender.send(address, bytes([number]) * 1000).status_code)

    statuses = together(*(partial(send, number) for number in range(8)))
    assert sorted(statuses) == [204, *[409] * 7]
    assert program.offset(address) == 1000
    assert len(set(files.path_of(Upload.objects.get().pk).read_bytes())) == 1
