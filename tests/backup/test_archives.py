"""Archives: what goes in comes out, nothing else does, and nothing is touched before all of it was checked."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.rows import claimed, said, worker
from tests.speech import SAMPLES
from transcripts import backup, lifecycle, removal, submissions
from transcripts.access import Actor
from transcripts.incoming import receive
from transcripts.models import AuditEntry, Recording, Segment, Transcript, Upload
from transcripts.orders import Order

pytestmark = pytest.mark.django_db(transaction=True)
SOUND = (SAMPLES / "en-short-1.flac").read_bytes()


@pytest.fixture
def heard(alice: User) -> Transcript:
    """Alice's recording with two segments, done."""
    transcript = submissions.submit(receive("council.flac", [SOUND]), Order(), Actor(user=alice))
    lease = claimed(transcript)
    lifecycle.store_window(lease, said("First words.", "Second words."), transcribed_ms=2000, language="en")
    lifecycle.complete(lease, processing_ms=500)
    return transcript


@pytest.fixture
def archive(heard: Transcript, tmp_path: Path) -> Path:
    """A backup of that."""
    return backup.make(tmp_path)[0]


def _bytes_of(recording: Recording) -> bytes:
    with default_storage.open(str(recording.file.name), "rb") as stored:
        return bytes(stored.read())


def _rewritten(archive: Path, change: Callable[[dict[str, Any]], None], target: Path) -> Path:
    """The same archive with another manifest."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            source = old.extractfile(member)
            assert source is not None
            content = source.read()
            if member.name == "manifest.json":
                said_of_it = json.loads(content)
                change(said_of_it)
                content = json.dumps(said_of_it).encode()
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return target


def test_what_was_deleted_and_changed_is_back_and_what_came_later_is_gone(
    heard: Transcript, archive: Path, mallory: User
) -> None:
    recording = Recording.objects.get(pk=heard.recording_id)
    Segment.objects.filter(transcript=heard).update(text="Other words.")
    later = submissions.submit(receive("later.flac", [SOUND[:-1]]), Order(), Actor(user=mallory))
    removal.delete_recording(recording)
    assert not default_storage.exists(str(recording.file.name))
    with pytest.raises(backup.BackupError, match="--replace"):
        backup.restore(archive)
    backup.restore(archive, replace=True)
    texts = Segment.objects.filter(transcript=heard).order_by("index").values_list("text", flat=True)
    assert [text.strip() for text in texts] == ["First words.", "Second words."]
    assert _bytes_of(Recording.objects.get(pk=heard.recording_id)) == SOUND
    assert not Transcript.objects.filter(pk=later.pk).exists()
    assert not User.objects.filter(username="mallory").exists()
    assert User.objects.get(username="alice").check_password("a long pass phrase")
    assert AuditEntry.objects.get(verb="restore backup").who == "WhisperHub"


def test_a_damaged_archive_changes_nothing(heard: Transcript, archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[content.index(SOUND) + 1000] ^= 1
    archive.write_bytes(content)
    Segment.objects.filter(transcript=heard).update(text="As it is now.")
    with pytest.raises(backup.BackupError, match=r"media/recordings/.* in the archive is damaged"):
        backup.restore(archive, replace=True)
    assert set(Segment.objects.values_list("text", flat=True)) == {"As it is now."}


@pytest.mark.parametrize("left", [0.0, 0.5, 0.99])
def test_half_an_archive_is_none(archive: Path, left: float) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content.rstrip(b"\0")) * left)])
    with pytest.raises(backup.BackupError):
        backup.restore(archive, replace=True)


def test_an_archive_of_another_database_is_refused(archive: Path, tmp_path: Path) -> None:
    other = _rewritten(archive, lambda said_of_it: said_of_it.update(vendor="oracle"), tmp_path / "other.tar")
    with pytest.raises(backup.BackupError, match=f"of oracle, this installation uses {connection.vendor}"):
        backup.restore(other, replace=True)


def test_an_archive_of_a_later_version_is_refused(archive: Path, tmp_path: Path) -> None:
    later = _rewritten(
        archive, lambda said_of_it: said_of_it["migrations"].append("9999_flying"), tmp_path / "later.tar"
    )
    with pytest.raises(backup.BackupError, match="later than this one: it knows 9999_flying"):
        backup.restore(later, replace=True)


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x", "/etc/cron.d/x", "recordings/../../x", "incoming/x"])
def test_an_archive_from_elsewhere_writes_nowhere_else(archive: Path, tmp_path: Path, name: str) -> None:
    def smuggle(said_of_it: dict[str, Any]) -> None:
        said_of_it["files"][f"media/{name}"] = {"size": 0, "sha256": ""}

    with pytest.raises(backup.BackupError, match="no recording of ours"):
        backup.restore(_rewritten(archive, smuggle, tmp_path / "evil.tar"), replace=True)


def test_nothing_is_restored_under_a_worker_at_work(archive: Path) -> None:
    worker(last_seen_at=timezone.now())
    with pytest.raises(backup.BackupError, match="Stop the service first"):
        backup.restore(archive, replace=True)


def test_audio_that_was_deleted_while_the_backup_was_made_is_known_to_be_gone(
    heard: Transcript, tmp_path: Path
) -> None:
    default_storage.delete(str(heard.recording.file.name))
    path, manifest = backup.make(tmp_path)
    assert manifest.missing == [heard.recording.file.name]
    backup.restore(path, replace=True)
    recording = Recording.objects.get(pk=heard.recording_id)
    assert (recording.file.name, recording.audio_deleted_at is not None) == ("", True)
    assert Transcript.objects.get(pk=heard.pk).segments.count() == 2


def test_halves_of_uploads_are_not_waited_for(heard: Transcript, tmp_path: Path) -> None:
    Upload.objects.create(length=10, expires_at=timezone.now())
    backup.restore(backup.make(tmp_path)[0], replace=True)
    assert not Upload.objects.exists()


def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    before = archive.read_bytes()
    with pytest.raises(backup.BackupError, match="there already"):
        backup.make(archive)
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith((".", "whisperhub"))] == [
        archive.name
    ]


def test_a_folder_that_cannot_be_written_is_said(heard: Transcript) -> None:
    with pytest.raises(CommandError, match=r"/nowhere/hub\.tar cannot be written"):
        call_command("backup", "/nowhere/hub.tar")


def test_the_commands_say_what_they_did(heard: Transcript, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("backup", str(tmp_path / "hub.tar"))
    call_command("restore", str(tmp_path / "hub.tar"), check=True)
    call_command("restore", str(tmp_path / "hub.tar"), replace=True)
    made, checked, restored = capsys.readouterr().out.splitlines()
    assert made.startswith(f"{tmp_path}/hub.tar: 1 recordings, ")
    assert checked.endswith("is whole: 1 recordings.")
    assert restored.endswith("is restored: 1 recordings.")
