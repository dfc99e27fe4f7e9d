"""What was found, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .highlighting import Fragment


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that fits. Times are milliseconds of the media; `segment` is the segment's index."""

    segment: int
    start_ms: int
    end_ms: int
    speaker: str
    fragments: tuple[Fragment, ...]

    @property
    def text(self) -> str:
        """What is shown of it, without marks."""
        return "".join(fragment.text for fragment in self.fragments)


@dataclass(frozen=True, slots=True)
class RecordingHits:
    """A recording that fits by its title or by passages of it.

    Attributes:
        hits: passages of it, in the order of their time; none where only the title fits.
        count: how many passages fit.
        is_least: there are, or may be, more than `count`.
    """

    recording_id: UUID
    transcript_id: UUID
    title: tuple[Fragment, ...]
    created_at: datetime
    duration_ms: int | None
    language: str
    uploader: str
    hits: tuple[Hit, ...]
    count: int
    is_least: bool

    @property
    def name(self) -> str:
        """The title, without marks."""
        return "".join(fragment.text for fragment in self.title)


@dataclass(frozen=True, slots=True)
class Total:
    """How much was found in all."""

    passages: int
    recordings: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, the best first.

    Attributes:
        total: of all pages; None where the words are so common that nobody counted. Then the newest come first.
        following: cursor of the next page, None on the last. Beside it `recordings` may be empty: then no recording of
            the many that were looked through fits, and there are more.
        is_understood: whether anything was asked for; exclusions alone are no question.
    """

    recordings: tuple[RecordingHits, ...] = ()
    total: Total | None = Total(0, 0)
    following: str | None = None
    is_understood: bool = True
