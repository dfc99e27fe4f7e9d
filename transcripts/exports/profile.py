"""How subtitles may look and what an export may be told."""

from __future__ import annotations

from dataclasses import dataclass

WIDEST = 120
MOST_LINES = 4
NARROWEST = 10


@dataclass(frozen=True, slots=True)
class SubtitleProfile:
    """The rules that subtitles are cut by.

    The defaults are those of Netflix' Timed Text Style Guide for English templates: 42 characters on each of 2 lines,
    at most 7 s, 17 characters a second, 2 frames between subtitles (83 ms at 24 frames a second); its shortest time of
    5/6 s is rounded up to 1 s. A full-width character (Chinese, Japanese, Korean) counts as two, which makes 21 on a
    line and 8.5 a second.

    Raises ValueError, with the field's name, for rules that no subtitle could follow.
    """

    max_characters: int = 42
    max_lines: int = 2
    min_duration_ms: int = 1_000
    max_duration_ms: int = 7_000
    characters_per_second: float = 17.0
    min_gap_ms: int = 83

    def __post_init__(self) -> None:
        # The upper bounds also bound the work: cutting tries every cue that fits into lines × characters.
        if not NARROWEST <= self.max_characters <= WIDEST:
            raise ValueError(f"max_characters must be from {NARROWEST} to {WIDEST}")
        if not 1 <= self.max_lines <= MOST_LINES:
            raise ValueError(f"max_lines must be from 1 to {MOST_LINES}")
        if not 1 <= self.min_duration_ms <= self.max_duration_ms:
            raise ValueError("min_duration_ms must be at least 1 and not above max_duration_ms")
        if not self.characters_per_second > 0:
            raise ValueError("characters_per_second must be above 0")
        if self.min_gap_ms < 0:
            raise ValueError("min_gap_ms must not be negative")

    def __str__(self) -> str:
        return (
            f"{self.max_lines} lines of {self.max_characters} characters, "
            f"{self.min_duration_ms} to {self.max_duration_ms} ms, "
            f"{self.characters_per_second:g} characters a second, {self.min_gap_ms} ms between"
        )


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What the reader of an export chooses; a format ignores what it has no place for.

    `profile=None` makes each segment one subtitle, with the segment's own times. `speakers` names who speaks,
    `timestamps` puts a time before each line of plain text, `provenance` tells where the text comes from.
    """

    profile: SubtitleProfile | None = SubtitleProfile()
    speakers: bool = True
    timestamps: bool = False
    provenance: bool = True
