"""What of a list of recordings changed since the page was told of it: rows to put in, to replace, to take away."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from transcripts.library import PAGE_SIZE
from transcripts.models import Transcript

# A recording's id, and the version of its row in the page; `o` for one that was open.
_SHOWN = re.compile(r"([0-9a-f]{32})([oc][0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new row, and the row that it stands behind; None at the top."""

    row: Transcript
    behind: Transcript | None


@dataclass(frozen=True, slots=True)
class Changes:
    """From what the page shows to what it should show. `is_reordered`: easier to write the list anew."""

    arrived: Sequence[Arrival]
    changed: Sequence[Transcript]
    settled: Sequence[Transcript]
    gone: Sequence[str]
    is_reordered: bool

    @classmethod
    def between(cls, shown: dict[str, str], rows: Sequence[Transcript]) -> Self:
        """`shown` is what `shown_in` read of the page, `rows` the list as it is now."""
        now = {row.recording_id.hex: row for row in rows}
        changed = [row for name, row in now.items() if name in shown and shown[name] != version(row)]
        return cls(
            arrived=[arrival for arrival in _neighbours(rows) if arrival.row.recording_id.hex not in shown],
            changed=changed,
            settled=[row for row in changed if shown[row.recording_id.hex].startswith("o") and not row.is_open],
            gone=[name for name in shown if name not in now],
            is_reordered=[name for name in shown if name in now] != [name for name in now if name in shown],
        )


def version(row: Transcript) -> str:
    """Changes with everything that a row of the list shows of its recording and of its newest transcript."""
    recording = row.recording
    seen = (row.pk, row.revision, row.review, row.status, recording.title, recording.duration_ms)
    names = [tag.name for tag in recording.tags.all()]
    return f"{'o' if row.is_open else 'c'}{zlib.crc32(repr((seen, names)).encode('utf-8', 'surrogatepass')):08x}"


def shown(rows: Sequence[Transcript]) -> str:
    """The rows of a page as the page tells them when it asks for changes."""
    return ".".join(row.recording_id.hex + version(row) for row in rows)


def shown_in(text: str) -> dict[str, str]:
    """The reverse of `shown`: version by recording. Raises ValueError for anything else."""
    entries = [_SHOWN.fullmatch(entry) for entry in text.split(".") if entry]
    if len(entries) > PAGE_SIZE or None in entries:
        raise ValueError("That is no list of rows.")
    return {entry[1]: entry[2] for entry in entries if entry is not None}


def _neighbours(rows: Sequence[Transcript]) -> Iterator[Arrival]:
    behind = None
    for row in rows:
        yield Arrival(row, behind)
        behind = row
