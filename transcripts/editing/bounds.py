"""Where segments begin and end: splitting one, merging two."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.utils.translation import gettext_noop

from ..access import Actor
from ..models import Edit, Segment
from ..wording import Word, cut, spell
from .errors import BadEdit
from .journal import Edited, opened
from .rebasing import copied


def split(transcript_id: UUID, index: int, version: int, offset: int, *, actor: Actor) -> Edited:
    """Part a segment before the character at `offset` of its stripped text; the times are those of its words.

    The first part keeps the index, the second gets a new one.

    Raises:
        EditRefused: all of its kinds; `BadEdit` where a part would be without text or without time.
    """
    with opened(transcript_id, actor) as journal:
        row = journal.unchanged(index, version)
        first, second = _parts(row, offset)
        second.index = journal.new_index()
        return journal.write(Edit.Kind.SPLIT, [first, second], instead_of=[row])


def merge(
    transcript_id: UUID, index: int, version: int, other_index: int, other_version: int, *, actor: Actor
) -> Edited:
    """Make one segment of two neighbours; it keeps the index and speaker of the first, whichever is named first.

    Raises:
        EditRefused: all of its kinds; `BadEdit` for segments that do not follow one another.
    """
    with opened(transcript_id, actor) as journal:
        rows = [journal.unchanged(index, version), journal.unchanged(other_index, other_version)]
        first, second = sorted(rows, key=lambda row: row.position)
        if first.index == second.index:
            raise BadEdit(gettext_noop("A segment cannot be merged with itself."))
        following = journal.transcript.segments.current().behind(first).first()
        if following is None or following.index != second.index:
            raise BadEdit(gettext_noop("Only segments that follow one another can be merged."))
        return journal.write(Edit.Kind.MERGE, [_joined(first, second)], instead_of=[first, second])


def _parts(row: Segment, offset: int) -> tuple[Segment, Segment]:
    text = row.text.strip()
    before, behind = text[:offset].rstrip(), text[offset:].lstrip()
    if not (0 < offset < len(text) and before and behind):
        raise BadEdit(gettext_noop("Both parts need some text: split between two words."))
    if row.end_ms - row.start_ms < 2:
        raise BadEdit(gettext_noop("This segment is too short to be split."))
    lead = row.text[: len(row.text) - len(row.text.lstrip())]
    spaces = text[len(before) : len(text) - len(behind)]
    left, right = cut(_spelled(row), len(lead) + len(before))
    # Strictly inside, whatever the words say: the parts stand in order before all that follows.
    border = min(max(right[0]["start_ms"], row.start_ms + 1), row.end_ms - 1)
    end = min(max(left[-1]["end_ms"], row.start_ms), border)
    first_text, second_text = lead + before, spaces + behind
    return (
        copied(row, end_ms=end, text=first_text, words=_within(left, row.start_ms, end)),
        copied(row, start_ms=border, text=second_text, words=_within(right, border, row.end_ms)),
    )


def _within(words: list[Word], start_ms: int, end_ms: int) -> list[Word]:
    def inside(ms: int) -> int:
        return min(max(ms, start_ms), end_ms)

    return [{**word, "start_ms": inside(word["start_ms"]), "end_ms": inside(word["end_ms"])} for word in words]


def _joined(first: Segment, second: Segment) -> Segment:
    """Both texts in a row; of the decoder's figures the worse, since they are there to warn a reader."""
    end = max(first.end_ms, second.end_ms)
    words = _spelled(first)
    # Where two people talk at once, the second's words come late: in the order of the text, times never go back.
    latest = words[-1]["end_ms"] if words else first.start_ms
    return copied(
        first,
        end_ms=end,
        text=first.text + second.text,
        words=[*words, *_within(_spelled(second), latest, end)],
        speaker=first.speaker or second.speaker,
        flags=[*first.flags, *(flag for flag in second.flags if flag not in first.flags)],
        tokens=[*first.tokens, *second.tokens],
        temperature=max(first.temperature, second.temperature),
        avg_logprob=min(first.avg_logprob, second.avg_logprob),
        compression_ratio=max(first.compression_ratio, second.compression_ratio),
        no_speech_prob=max(first.no_speech_prob, second.no_speech_prob),
    )


def _spelled(row: Segment) -> list[Word]:
    return spell(cast(list[Word], row.words), row.text, row.start_ms, row.end_ms)
