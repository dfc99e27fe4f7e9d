"""Stands in for a disk or a mount that breaks while a file is read, which no test can do to this machine's."""

from __future__ import annotations

import errno
import os
from io import FileIO

import pytest

from transcripts.engine import container


def fail_after(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on files of the engine in this process answer EIO once `size` bytes of them were read."""

    class Disk(FileIO):
        given = 0

        def read(self, wanted: int | None = -1, /) -> bytes:
            if self.given >= size:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            data = super().read(wanted) or b""
            self.given += len(data)
            return data

    class Stored(container._Stored, Disk):
        """Ours, on such a disk: what it calls its parent is this one."""

    monkeypatch.setattr(container, "_Stored", Stored)
