"""The bytes of one request of an upload: appended as they come, or, where it brings a checksum, once that is right."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from transcripts.errors import BadOptions, Refused
from transcripts.incoming import CHUNK_BYTES, TooLarge, disk_errors, let_go_of_the_database

from ..models import Upload
from . import files, uploads

ALGORITHMS = ("sha1", "sha256")
# What a broken connection may cost of what had arrived.
PIECE_BYTES = 256 * 1024


class ChecksumMismatch(Refused):
    """What came is not what was sent. Nothing of it was kept."""


class Body(Protocol):
    """The body of a request."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """`Upload-Checksum`: the name of an algorithm and the digest."""

    algorithm: str
    digest: bytes

    @classmethod
    def read(cls, header: str) -> Checksum | None:
        """Read the header.

        Raises:
            BadOptions: another algorithm, or no digest in base64.
        """
        if not header:
            return None
        algorithm, _, value = header.partition(" ")
        if algorithm not in ALGORITHMS:
            raise BadOptions(f"Upload-Checksum: unknown {algorithm[:40]!r}. Use one of: {', '.join(ALGORITHMS)}.")
        try:
            return cls(algorithm, base64.b64decode(value, validate=True))
        except binascii.Error as error:
            raise BadOptions("Upload-Checksum: the digest is not in base64.") from error


def receive(upload: Upload, offset: int, body: Body, checksum: Checksum | None = None) -> int:
    """Append `body`, which goes to `offset`; the new offset. What came before a break is kept, if no checksum is asked.

    Raises:
        OffsetTaken, UploadGone, DiskFull: as `files.Appender.append`.
        TooLarge: more than the upload has by its declared length; what fits is kept.
        ChecksumMismatch: nothing is kept.
        UnreadablePostError: the connection broke.
    """
    uploads.keep_on(upload)
    let_go_of_the_database()
    with files.appending(upload.pk, offset) as appender:
        for piece in _pieces(body) if checksum is None else _checked(body, checksum, upload.length - offset):
            if appender.offset + len(piece) > upload.length:
                raise TooLarge(upload.length)
            appender.append(piece)
        return appender.offset


def _pieces(body: Body) -> Iterator[bytes]:
    while piece := body.read(PIECE_BYTES):
        yield piece


def _checked(body: Body, checksum: Checksum, most: int) -> Iterator[bytes]:
    """The pieces of `body` once all of it is here and right; until then it lies beside, on the disk if it is long."""
    found, count = hashlib.new(checksum.algorithm, usedforsecurity=False), 0
    with SpooledTemporaryFile(max_size=CHUNK_BYTES, dir=str(settings.INCOMING_DIR)) as aside:
        for piece in _pieces(body):
            count += len(piece)
            if count > most:
                raise TooLarge(most)
            found.update(piece)
            with disk_errors():
                aside.write(piece)
        if found.digest() != checksum.digest:
            raise ChecksumMismatch(_("What came is not what the checksum says. Send it again from the same offset."))
        aside.seek(0)
        yield from _pieces(aside)
