"""The archive: what is in it, written and read in pieces, and whether all of it is still what was put in."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from transcripts.stored_media import Part

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media/"
_CHUNK_BYTES = 1024**2


class BackupError(Exception):
    """It cannot be made, or not be restored; nothing was changed. The message is for the administrator."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive."""

    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive holds, and of which installation.

    Attributes:
        database: name of the database's copy in the archive.
        vendor: `sqlite` or `postgresql`; only the same can read it.
        migrations: the app's migrations that the database has been through.
        tables: the names of its tables.
        files: every other member by its name.
        missing: media that was deleted between the copy of the database and its own.
    """

    version: str
    vendor: str
    made_at: str
    database: str
    migrations: list[str]
    tables: list[str]
    files: dict[str, Member] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def media(self) -> list[str]:
        """Storage names of the recordings in it."""
        return [name.removeprefix(MEDIA) for name in self.files if name.startswith(MEDIA)]


class Writer:
    """Puts files into an archive and remembers what they were."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self._manifest = manifest

    def add(self, name: str, source: Part, size: int) -> None:
        """One file, in pieces.

        Raises:
            OSError: it is shorter than `size`.
        """
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(source)
        self._tar.addfile(info, hashed)
        self._manifest.files[name] = Member(size, hashed.hexdigest)

    def finish(self) -> None:
        """The manifest comes last: an archive without one is half an archive."""
        content = json.dumps(asdict(self._manifest), indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))


class Reader:
    """An opened archive."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.manifest = self._read_manifest()

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """One file of it.

        Raises:
            BackupError: it is not there.
        """
        try:
            member = self._tar.extractfile(name)
        except KeyError:
            member = None
        if member is None:
            raise BackupError(f"{name} is missing in the archive.")
        with member:
            yield member

    def verify(self) -> None:
        """Read all of it.

        Raises:
            BackupError: something in it is not what was put in.
        """
        for name, expected in self.manifest.files.items():
            with self.opened(name) as member:
                hashed = _Hashed(member)
                size = 0
                while chunk := hashed.read(_CHUNK_BYTES):
                    size += len(chunk)
            if (size, hashed.hexdigest) != (expected.size, expected.sha256):
                raise BackupError(f"{name} in the archive is damaged.")

    def _read_manifest(self) -> Manifest:
        with self.opened(MANIFEST) as member:
            try:
                said = json.loads(member.read())
                files = {name: Member(**of) for name, of in said.pop("files").items()}
                found = Manifest(**said, files=files)
            except (ValueError, TypeError, KeyError) as error:
                raise BackupError("The archive's manifest cannot be read: made by another version?") from error
        if found.format != FORMAT or found.database not in found.files:
            raise BackupError("The archive has a format that this version does not know.")
        return found


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open an archive.

    Raises:
        BackupError: it is none, or only half of one.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            yield Reader(tar)
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{path} cannot be read as an archive: {error}") from error


def verify(path: Path) -> Manifest:
    """Whether all of the archive is what was put in; what it holds.

    Raises:
        BackupError: it is not.
    """
    with reading(path) as reader:
        reader.verify()
        return reader.manifest


class _Hashed(io.RawIOBase):
    """Reads through, and hashes what was read."""

    def __init__(self, source: Part) -> None:
        super().__init__()
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._source.read(size)
        self._hash.update(data)
        return data

    @property
    def hexdigest(self) -> str:
        """Of all that was read so far."""
        return self._hash.hexdigest()
