"""A watched folder: what is put there is transcribed once, and its words are put beside it.

    DIR/talk.mp3 ──finished──▶ a transcript ──done──▶ DIR/done/talk.mp3 and its words, or DIR/failed/ and why

The memory is the transcripts themselves: `reference` names the path, the recording's hash the content. A file that was
sent before is not sent again, wherever the last run broke off.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from . import incoming, submissions
from .access import Actor
from .documents import document
from .errors import DiskFull, LimitReached, QueueFull, Refused
from .exports import Format
from .incoming import CHUNK_BYTES, IncomingFile, TooLarge
from .models import Status, Transcript
from .orders import Order
from .whole_files import write_whole

logger = logging.getLogger(__name__)

DONE, FAILED = "done", "failed"
# Not the file's fault: it stays where it is and is tried again at the next look.
_LATER = (QueueFull, LimitReached, DiskFull)
# Size and time of change.
_Stamp = tuple[int, int]


class AlreadyWatched(Exception):
    """Another process watches this folder."""


@dataclass
class Watcher:
    """Watches `folder`; what is in folders below it is left alone. Call `look` again and again.

    Words go to `output`, or beside the recording where that is None.
    """

    folder: Path
    actor: Actor
    wanted: Order
    formats: Sequence[Format]
    output: Path | None = None
    _seen: dict[Path, _Stamp] = field(default_factory=dict)
    _sent: dict[Path, UUID] = field(default_factory=dict)

    def look(self) -> int:
        """One look: send what is finished, fetch what is done. Returns how many files are still to be dealt with."""
        found = dict(_files(self.folder))
        for path in [path for path in self._sent if path not in found]:
            del self._sent[path]  # somebody took it away: its transcript stays
        for path, stamp in found.items():
            if path in self._sent:
                self._fetch(path)
            elif self._seen.get(path) == stamp and not self._take(path):
                break  # no room for it now, nor for those after it
        self._seen = found
        return len(dict(_files(self.folder)))

    def _take(self, path: Path) -> bool:
        """Send it, unless it was sent before. False: not now."""
        try:
            with _copy(path) as file:
                self._sent[path] = self._sent_before(path, file) or self._submit(path, file)
        except _LATER as error:
            logger.warning("%s waits: %s", path.name, error)
            return False
        except (Refused, TooLarge, PermissionError) as error:
            self._put_away(path, FAILED, str(error))
        except FileNotFoundError:
            pass  # somebody took it away
        return True

    def _submit(self, path: Path, file: IncomingFile) -> UUID:
        transcript = submissions.submit(file, replace(self.wanted, reference=reference_of(path)), self.actor)
        logger.info("%s was sent as transcript %s", path.name, transcript.pk)
        return transcript.pk

    def _sent_before(self, path: Path, file: IncomingFile) -> UUID | None:
        mine = {f"recording__{name}": value for name, value in self.actor.ownership.items()}
        same = Transcript.objects.filter(
            reference=reference_of(path), recording__sha256=file.sha256, recording__deleted_at=None, **mine
        )
        return same.order_by("-created_at").values_list("pk", flat=True).first()

    def _fetch(self, path: Path) -> None:
        """Put it away with its words, or with the reason, once it has come to an end."""
        rows = Transcript.objects.select_related("recording").filter(recording__deleted_at=None)
        row = rows.filter(pk=self._sent[path]).first()
        if row is not None and row.is_open:
            return
        if row is not None and row.status == Status.DONE:
            self._put_away(path, DONE, "", row)
        else:
            reason = "It was deleted." if row is None else row.error or "It was cancelled."
            self._put_away(path, FAILED, reason)
        del self._sent[path]

    def _put_away(self, path: Path, where: str, reason: str, row: Transcript | None = None) -> None:
        """Words or reason first, the recording last: what breaks off before that is done again, with the same names."""
        folder = self.folder / where
        folder.mkdir(exist_ok=True)
        stem = self._free_stem(folder, path)
        if row is None:
            write_whole(folder / f"{stem}.reason.txt", f"{reason}\n".encode())
        else:
            words = document(row)
            for chosen in self.formats:
                write_whole((self.output or folder) / f"{stem}.{chosen.extension}", chosen.render(words))
        with suppress(FileNotFoundError):
            path.rename(folder / f"{stem}{path.suffix}")
        logger.info("%s: %s %s", path.name, where, reason)

    def _free_stem(self, folder: Path, path: Path) -> str:
        """The file's name without its ending, or with a number where a recording of that name is there already."""
        ours = tuple(f".{ending}" for ending in ("reason.txt", *(chosen.extension for chosen in self.formats)))
        taken = {entry.stem for entry in folder.iterdir() if not entry.name.endswith(ours)}
        number, stem = 1, path.stem
        while stem in taken:
            number += 1
            stem = f"{path.stem} ({number})"
        return stem


@contextmanager
def watching_alone(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process.

    Raises:
        AlreadyWatched: another one does.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyWatched(f"{folder} is watched by another process.") from error
        yield
    finally:
        os.close(descriptor)


def _files(folder: Path) -> Iterator[tuple[Path, _Stamp]]:
    """Files and their stamps, by name. Hidden files are in the making; a link may lead out of the folder."""
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and not path.is_symlink() and path.is_file():
            with suppress(FileNotFoundError):
                stat = path.stat()
                yield path, (stat.st_size, stat.st_mtime_ns)


def _copy(path: Path) -> IncomingFile:
    with path.open("rb") as file:
        return incoming.receive(path.name, iter(lambda: file.read(CHUNK_BYTES), b""))


def reference_of(path: Path) -> str:
    """How the transcripts of this path are called: short enough for any path."""
    return f"watch:{hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]}"
