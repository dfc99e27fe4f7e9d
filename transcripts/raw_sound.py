"""Sound without a container, as some programs send it: 16-bit little-endian samples, mono, 16 kHz.

It is kept as the WAV file of these samples, so that everything after sees a file like any other.
"""

from __future__ import annotations

import struct
from typing import Any

from .incoming import IncomingUploadHandler

_RATE, _BYTES = 16_000, 2
# A WAV file that is written as it comes does not know its length; this value says so, and readers go to the end.
_UNKNOWN = 0xFFFFFFFF
_FORMAT = struct.pack("<HHIIHH", 1, 1, _RATE, _RATE * _BYTES, _BYTES, 8 * _BYTES)
WAV_HEADER = b"".join(
    (
        struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE"),
        struct.pack("<4sI", b"fmt ", len(_FORMAT)),
        _FORMAT,
        struct.pack("<4sI", b"data", _UNKNOWN),
    )
)


class RawSoundHandler(IncomingUploadHandler):
    """Each file of the request is bare samples."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file part begins, and in our copy of it the header."""
        super().new_file(*args, **kwargs)
        self.file.receive(WAV_HEADER)
