"""Backups of recordings that lie in an S3-compatible storage: the same promises as over a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.backup.test_archives import SOUND, heard
from tests.s3 import S3
from transcripts import backup
from transcripts.models import Recording, Segment, Transcript

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["heard"]  # a fixture


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with S3() as running:
        yield running


@pytest.fixture(autouse=True)
def storage(server: S3, settings: Settings) -> S3:
    """The hub keeps its media there. Every test begins with none."""
    settings.STORAGES = settings.STORAGES | {"default": server.storage}
    server.empty()
    return server


def test_recordings_and_words_are_back_after_a_restore(heard: Transcript, storage: S3, tmp_path: Path) -> None:
    name = str(heard.recording.file.name)
    path, manifest = backup.make(tmp_path)
    assert (manifest.media, manifest.missing) == ([name], [])
    storage.empty()
    Segment.objects.filter(transcript=heard).update(text="Other words.")
    backup.restore(path, replace=True)
    assert storage.sizes() == {name: len(SOUND)}
    with Recording.objects.get().file.open() as stored:
        assert stored.read() == SOUND
    assert list(Segment.objects.values_list("text", flat=True)) == [" First words.", " Second words."]


def test_a_recording_that_was_damaged_in_the_storage_is_put_right(
    heard: Transcript, storage: S3, tmp_path: Path
) -> None:
    path, _ = backup.make(tmp_path)
    storage.put(str(heard.recording.file.name), SOUND[::-1])
    backup.restore(path, replace=True)
    with Recording.objects.get().file.open() as stored:
        assert stored.read() == SOUND


def test_audio_that_is_gone_from_the_storage_is_known_to_be(heard: Transcript, storage: S3, tmp_path: Path) -> None:
    storage.empty()
    path, manifest = backup.make(tmp_path)
    assert manifest.missing == [heard.recording.file.name]
    backup.restore(path, replace=True)
    recording = Recording.objects.get()
    assert (recording.file.name, recording.audio_deleted_at is not None) == ("", True)


def test_a_storage_that_does_not_answer_ends_the_backup_in_words_and_leaves_nothing(
    heard: Transcript, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # boto3 would try for half a minute
    backend = settings.STORAGES["default"]
    nowhere = {**backend, "OPTIONS": {**backend["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}}
    settings.STORAGES = settings.STORAGES | {"default": nowhere}
    target = tmp_path / "backups"
    target.mkdir()
    with pytest.raises(backup.BackupError, match="The storage of the recordings does not answer"):
        backup.make(target)
    assert list(target.iterdir()) == []
