"""When each subtitle comes and goes, once it is known when its words are spoken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from .cue import Cue
from .profile import SubtitleProfile
from .text import columns

# So much later than its words, at most, may a subtitle come to let the one before it be read.
_LATEST_MS = 1_000


def wanted_ms(width: int, profile: SubtitleProfile) -> int:
    """How long a text of `width` columns should stay: time to read it, within the shortest and longest duration."""
    reading_ms = int(width * 1000 / profile.characters_per_second)
    return min(max(reading_ms, profile.min_duration_ms), profile.max_duration_ms)


def one_by_one(spoken: Iterable[Cue], profile: SubtitleProfile) -> Iterator[Cue]:
    """Cues by the start of their speech, with the times to show them at: each ends before the next one starts."""
    shown: list[Cue] = []
    for cue in spoken:
        start = _start_ms(cue, shown[-1], profile) if shown else cue.start_ms
        shown.append(replace(cue, start_ms=start))
    for cue, following in zip_longest(shown, shown[1:]):
        yield replace(cue, end_ms=_end_ms(cue, following, profile))


def _start_ms(cue: Cue, before: Cue, profile: SubtitleProfile) -> int:
    """The start of speech, or as much later as the cue before needs; always after that one's start."""
    free_from = before.start_ms + profile.min_duration_ms + profile.min_gap_ms
    return max(cue.start_ms, before.start_ms + 1, min(free_from, cue.start_ms + _LATEST_MS))


def _end_ms(cue: Cue, following: Cue | None, profile: SubtitleProfile) -> int:
    width = columns(" ".join(cue.lines))
    end = max(cue.end_ms, cue.start_ms + wanted_ms(width, profile))
    end = min(end, cue.start_ms + profile.max_duration_ms)
    if following is None:
        return end
    # Where the next comes sooner than the gap is long there is no gap: a cue without time would be none.
    until = following.start_ms - profile.min_gap_ms
    return min(end, until if until > cue.start_ms else following.start_ms)
