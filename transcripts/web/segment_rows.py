"""A segment as the scripts of the pages know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transcripts.models import Segment


def segment_row(segment: Segment) -> dict[str, Any]:
    """Times in ms. `words` are `[start_ms, end_ms, text, probability]` whose texts in a row are `text`.

    Where the words do not spell the text, `words` is empty: the segment can be played, but not its words.
    `edited` says that the row is a person's doing, if only by naming the speaker.
    """
    text = segment.text.strip()
    return {
        "index": segment.index,
        "version": segment.version,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": text,
        "speaker": segment.speaker,
        "flags": segment.flags,
        "edited": segment.edit_id is not None,
        "words": _words(text, segment.words),
    }


def changed_rows(segments: Sequence[Segment], *, is_naming: bool) -> dict[str, Any]:
    """Rows that have changed, `is_naming` those of an edit that changed nothing but who speaks.

    Of the latter the page knows all but the name: `speakers` are, by name, pairs of index and version. Each of them
    follows the version before it.
    """
    if not is_naming:
        return {"segments": [segment_row(row) for row in segments], "speakers": {}}
    speakers: dict[str, list[tuple[int, int]]] = {}
    for row in segments:
        speakers.setdefault(row.speaker, []).append((row.index, row.version))
    return {"segments": [], "speakers": speakers}


def _words(text: str, words: list[dict[str, Any]]) -> list[list[Any]]:
    """The text cut behind each of the words."""
    cut: list[list[Any]] = []
    begin = position = 0
    for word in words:
        spelled = str(word["word"]).strip()
        found = text.find(spelled, position)
        if not spelled or found < 0:
            return []
        position = found + len(spelled)
        cut.append([word["start_ms"], word["end_ms"], text[begin:position], word["probability"]])
        begin = position
    if cut:
        cut[-1][2] += text[begin:]
    return cut
