"""A file on its way in: hashed as it comes, refused once it is too large, and gone whenever nobody kept it."""

from __future__ import annotations

import gc
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from transcripts import incoming
from transcripts.errors import DiskFull, StorageAway
from transcripts.incoming import CHUNK_BYTES, IncomingFile, TooLarge, receive


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where files lie while they come in."""
    return Path(settings.INCOMING_DIR)


def _left(folder: Path) -> list[Path]:
    return list(folder.glob("*"))


@pytest.mark.parametrize(
    "chunks", [[], [b""], [b"one"], [b"one", b"two"], [os.urandom(CHUNK_BYTES + 1), os.urandom(7)]], ids=len
)
def test_what_is_received_is_what_was_sent_with_its_hash_and_size(chunks: list[bytes]) -> None:
    sent = b"".join(chunks)
    with receive("a.wav", chunks) as file:
        assert file.read() == sent
        assert (file.size, file.sha256) == (len(sent), hashlib.sha256(sent).hexdigest())


def test_a_full_disk_is_said_and_nothing_is_left(folder: Path) -> None:
    file = IncomingFile("a.wav")
    file._writer.close()
    file._writer = Path("/dev/full").open("wb")  # noqa: SIM115  # the kernel's own full disk; closed below
    file.receive(b"sound")
    with pytest.raises(DiskFull, match=r"The disk of the service is full\."):
        file.finish()
    with suppress(OSError):  # its buffer still wants to be written
        file._writer.close()
    file.close()
    assert _left(folder) == []


def test_a_folder_that_cannot_be_written_to_is_said_without_its_path(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(StorageAway) as refusal:
        IncomingFile("a.wav")
    assert str(folder) not in str(refusal.value)
    assert refusal.value.retry_after == 30


def test_only_the_service_can_read_a_file_that_comes_in(folder: Path) -> None:
    with receive("a.wav", [b"private"]) as file:
        assert file.path.stat().st_mode & 0o777 == 0o600
        assert file.path.parent == folder


def test_a_file_may_have_exactly_the_size_of_the_limit(settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    with receive("a.wav", [b"12345", b"67890"]) as file:
        assert file.size == 10


def test_a_file_over_the_limit_is_refused_in_mid_stream_and_gone(settings: Settings, folder: Path) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    taken = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(4)
            yield b"1234"

    with pytest.raises(TooLarge, match="larger than 10 bytes"):
        receive("a.wav", endless())
    assert sum(taken) == 12
    assert _left(folder) == []


@pytest.mark.parametrize(("limit", "words"), [(999, "999 bytes"), (5 * 1024**2, "5 MB"), (2 * 1024**3, "2048 MB")])
def test_the_refusal_names_the_limit_in_a_unit_that_people_use(limit: int, words: str) -> None:
    assert str(TooLarge(limit)) == f"The file is larger than {words}, which is the limit here."


def test_a_sender_who_breaks_off_leaves_nothing_behind(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError("The sender went away.")

    with pytest.raises(ConnectionResetError):
        receive("a.wav", broken())
    assert _left(folder) == []


def test_a_file_that_nobody_kept_goes_with_its_last_holder(folder: Path) -> None:
    file: IncomingFile | None = receive("a.wav", [b"forgotten"])
    assert len(_left(folder)) == 1
    assert file is not None
    del file
    gc.collect()
    assert _left(folder) == []


def test_the_storage_takes_the_file_itself_and_not_a_copy(folder: Path) -> None:
    with receive("a.wav", [b"kept"]) as file:
        inode = file.path.stat().st_ino
        name = default_storage.save("kept", file)
    assert Path(default_storage.path(name)).stat().st_ino == inode
    assert Path(default_storage.path(name)).read_bytes() == b"kept"
    assert _left(folder) == []


def test_what_a_killed_process_left_is_removed_after_a_day_and_not_before(folder: Path) -> None:
    folder.mkdir(parents=True)
    ages = {"upload-old": 24 * 3600 + 60, "upload-new": 24 * 3600 - 60, "somebody-elses": 10 * 24 * 3600}
    for name, age in ages.items():
        (folder / name).write_bytes(b"left")
        os.utime(folder / name, (time.time() - age,) * 2)
    assert incoming.forget_abandoned() == 1
    assert {path.name for path in _left(folder)} == {"upload-new", "somebody-elses"}


def test_an_installation_that_never_received_anything_has_nothing_to_forget(folder: Path) -> None:
    assert not folder.exists()
    assert incoming.forget_abandoned() == 0
