"""The files of resumable uploads, in `INCOMING_DIR`: appended to under a lock, piece by piece."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from transcripts.errors import OffsetTaken, UploadGone
from transcripts.incoming import disk_errors

_PREFIX = "resumable-"


def path_of(upload_id: UUID) -> Path:
    """Where the bytes of an upload lie."""
    return Path(settings.INCOMING_DIR) / f"{_PREFIX}{upload_id.hex}"


def start(upload_id: UUID) -> None:
    """Make the empty file, readable by the service alone."""
    Path(settings.INCOMING_DIR).mkdir(parents=True, exist_ok=True)
    with disk_errors():
        os.close(os.open(path_of(upload_id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def size(upload_id: UUID) -> int | None:
    """Bytes that are here; None if there is no file."""
    try:
        return path_of(upload_id).stat().st_size
    except FileNotFoundError:
        return None


def remove(upload_id: UUID) -> None:
    """Away with it, if it is there. Who still writes to it is told at the next piece."""
    path_of(upload_id).unlink(missing_ok=True)


def all_of_them() -> Iterator[tuple[UUID, os.stat_result]]:
    """Every file of an upload, whether there is a row for it or not."""
    for path in Path(settings.INCOMING_DIR).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError, ValueError):
            yield UUID(path.name.removeprefix(_PREFIX)), path.stat()


@contextmanager
def locked(upload_id: UUID) -> Iterator[int]:
    """Hold the upload for this block, against every other thread and process; gives the bytes that are here.

    The lock ends with its holder, however that ends.

    Raises:
        UploadGone: there is no file.
    """
    with _opened(upload_id) as file, _lock(file) as found:
        yield found.st_size


@contextmanager
def appending(upload_id: UUID, offset: int) -> Iterator[Appender]:
    """The file, to be written on from `offset`. What was written is on the disk when the block ends, also by an error.

    Raises:
        UploadGone: there is no file.
    """
    with _opened(upload_id) as file:
        appender = Appender(file, offset)
        try:
            yield appender
        finally:
            with disk_errors():
                os.fsync(file.fileno())


class Appender:
    """One writer of one upload. `offset` is where its next piece goes."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file = file
        self.offset = offset

    def append(self, piece: bytes) -> None:
        """Write `piece` at the end.

        Raises:
            OffsetTaken: the end is no longer where this writer left it: another one has taken over.
            UploadGone: the file was removed meanwhile.
            DiskFull: there is no room for all of it.
        """
        with _lock(self._file) as found, disk_errors():
            if found.st_size != self.offset:
                raise OffsetTaken(self.offset, found.st_size)
            while piece:
                written = os.pwrite(self._file.fileno(), piece, self.offset)
                self.offset += written
                piece = piece[written:]


@contextmanager
def _opened(upload_id: UUID) -> Iterator[BinaryIO]:
    try:
        file = path_of(upload_id).open("r+b", buffering=0)
    except FileNotFoundError as error:
        raise UploadGone from error
    with file:
        yield file


@contextmanager
def _lock(file: BinaryIO) -> Iterator[os.stat_result]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        found = os.fstat(file.fileno())
        if not found.st_nlink:
            raise UploadGone
        yield found
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
