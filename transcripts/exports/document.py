"""What is exported: a transcript as plain frozen data. Every time is an integer number of milliseconds of the media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Timed:
    """One spoken word: `text` with or without a leading space, `probability` from 0 to 1."""

    text: str
    start_ms: int
    end_ms: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One segment. Its text is what counts; words that spell the same text give it their times."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str = ""
    words: tuple[Timed, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the text comes from: the media, the model that heard it, and who last looked at it.

    `parameters` holds JSON values only; `created_at` is an ISO 8601 date and time.
    """

    media_sha256: str
    media_name: str
    model: str
    model_revision: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    edit_revision: int = 0
    reviewer: str = ""
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A transcript at one revision: title, ISO 639 language code, length of the media, segments in any order."""

    title: str
    language: str
    duration_ms: int
    segments: tuple[Line, ...]
    provenance: Provenance
