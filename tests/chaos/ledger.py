"""What must be true when the dust has settled: rows, words and files, told by the installation itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.e2e.stack import Stack

# Runs inside the installation (`manage.py shell`): all of it as JSON. Words from a segment's machine text.
_LOOK = """
import json
from pathlib import Path
from django.conf import settings
from transcripts.models import Transcript
rows = []
for row in Transcript.objects.select_related("recording"):
    rows.append({
        "id": str(row.pk), "status": row.status, "error": row.error, "attempts": row.attempts,
        "title": row.recording.title, "file": row.recording.file.name, "counted": row.segment_count,
        "segments": list(row.segments.order_by("index").values_list("index", "start_ms", "end_ms", "text")),
        "outcomes": list(row.attempt_log.order_by("started_at").values_list("outcome", flat=True)),
    })
media = Path(settings.MEDIA_ROOT)
files = [str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()]
print(json.dumps({"rows": rows, "files": files}))
"""


@dataclass(frozen=True)
class Row:
    """A transcript as it is stored."""

    id: str
    status: str
    error: str
    attempts: int
    title: str
    file: str
    counted: int
    segments: list[list[Any]]
    outcomes: list[str]

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(str(segment[3]).strip() for segment in self.segments)

    def faults(self) -> list[str]:
        """What is wrong with its segments: a missing or doubled one, or one out of order."""
        found = []
        if [segment[0] for segment in self.segments] != list(range(self.counted)):
            found.append(f"{self.id}: {self.counted} segments counted, stored are {[row[0] for row in self.segments]}")
        found += [
            f"{self.id}: segment {later[0]} begins before segment {earlier[0]} ends"
            for earlier, later in pairwise(self.segments)
            if later[1] < earlier[2]
        ]
        return found


@dataclass(frozen=True)
class Ledger:
    """All rows and all files."""

    rows: dict[str, Row]
    files: set[str]

    @classmethod
    def of(cls, stack: Stack) -> Ledger:
        """Read it from the installation."""
        said = json.loads(stack.manage("shell", "-v", "0", "-c", _LOOK))
        return cls({row["id"]: Row(**row) for row in said["rows"]}, set(said["files"]))

    @property
    def orphan_files(self) -> set[str]:
        """Files that no row knows."""
        return self.files - {row.file for row in self.rows.values()}

    @property
    def lost_files(self) -> set[str]:
        """Files that a row names and that are not there."""
        return {row.file for row in self.rows.values()} - self.files
