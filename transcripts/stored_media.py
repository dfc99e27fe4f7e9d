"""Reading stored media without fetching more than is asked for, wherever they are stored."""

from __future__ import annotations

from typing import Protocol

from django.core.files.storage import default_storage


class Part(Protocol):
    """Bytes of one file, from a place on."""

    def read(self, size: int = -1, /) -> bytes:
        """The next `size` bytes, fewer at the end; all of them without a size."""

    def close(self) -> None:
        """No more is wanted."""


def open_part(name: str, start: int = 0, end: int | None = None) -> Part:
    """The stored file from byte `start` to byte `end`, both included; to its end without one. Close it.

    A file on disk may go on beyond `end`: read no more than is wanted.

    Raises:
        FileNotFoundError: the storage has no such file.
    """
    file = default_storage.open(name, "rb")
    # A file of django-storages would first fetch the whole recording: a jump in an hour of video, a gigabyte.
    remote = getattr(file, "obj", None)
    if remote is not None:
        body: Part = remote.get(Range=f"bytes={start}-{'' if end is None else end}")["Body"]
        return body
    file.seek(start)
    return file
