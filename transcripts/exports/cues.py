"""Subtitles of a document: which words stand on the screen together, on which lines, and from when to when."""

from __future__ import annotations

from .cue import Cue
from .cutting import cut
from .document import Document
from .profile import SubtitleProfile
from .spacing import one_by_one
from .text import lines
from .tokens import tokens

# For segments as they are there is one rule only: each ends before the next begins.
_VERBATIM = SubtitleProfile(min_duration_ms=1, max_duration_ms=10**15, characters_per_second=1e9, min_gap_ms=0)


def cues(document: Document, profile: SubtitleProfile | None) -> list[Cue]:
    """The document as subtitles: in order, none empty, none shown together with the next.

    A cue starts with its first word. It stays until its last word is over, `min_duration_ms` have passed and it could
    be read, but no longer than `max_duration_ms`, and is gone `min_gap_ms` before the next. Where speech leaves less
    than `min_duration_ms` the next cue waits for it, up to a second; where that is not enough, the cue is shorter.
    Speech faster than `characters_per_second` stays faster: no word is left out. Segments that overlap (two people
    talk at once) are shown one after the other.

    `profile=None` makes one cue of one line of each segment, at the segment's own times.
    """
    written = lines(document)
    if profile is None:
        whole = [Cue(line.start_ms, line.end_ms, (tuple(tokens(line)),), line.speaker) for line in written]
        return list(one_by_one(whole, _VERBATIM))
    return list(one_by_one(sorted(cut(written, profile), key=lambda cue: cue.start_ms), profile))
