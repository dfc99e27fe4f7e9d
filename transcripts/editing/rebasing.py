"""Bringing a change of one row onto the row as it stands now: three ways, by what the change touches.

A row has its wording (text, words, times, doubts) and its speaker. A change is in conflict only where somebody changed
the same of the two to something else, or gave the name of a passage that has other bounds now.
"""

from __future__ import annotations

from typing import Any

from ..models import Segment
from .errors import Conflict

_WORDING = (
    "start_ms",
    "end_ms",
    "text",
    "words",
    "flags",
    "language",
    "seek",
    "tokens",
    "temperature",
    "avg_logprob",
    "compression_ratio",
    "no_speech_prob",
)


def copied(row: Segment, **changes: Any) -> Segment:
    """An unsaved row of the same segment with `changes`; its version and edit are still to be given."""
    fields = {name: getattr(row, name) for name in (*_WORDING, "speaker")}
    return Segment(transcript_id=row.transcript_id, index=row.index, **fields | changes)


def is_same(one: Segment, other: Segment) -> bool:
    """Whether there is nothing to be seen between the two."""
    return _wording(one) == _wording(other) and one.speaker == other.speaker


def rebased(mine: Segment, base: Segment, current: Segment) -> Segment:
    """What was made of `base`, made of `current`: an unsaved row, or `current` itself where it says so already.

    Raises:
        Conflict: both changed the same thing to something else.
    """
    new_wording, new_speaker = _wording(mine) != _wording(base), mine.speaker != base.speaker
    if new_wording and _spoken(current) not in (_spoken(base), _spoken(mine)):
        raise Conflict([current])
    if new_speaker and (current.speaker not in (base.speaker, mine.speaker) or _bounds(current) != _bounds(base)):
        raise Conflict([current])
    already = _spoken(current) == _spoken(mine) != _spoken(base)
    result = copied(
        mine if new_wording and not already else current, speaker=mine.speaker if new_speaker else current.speaker
    )
    return current if is_same(result, current) else result


def _wording(row: Segment) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _WORDING)


def _bounds(row: Segment) -> tuple[int, int]:
    return row.start_ms, row.end_ms


def _spoken(row: Segment) -> tuple[int, int, str]:
    return row.start_ms, row.end_ms, row.text
