"""Segments as the transcript page's scripts know them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from transcripts.models import Segment

# What a row needs (and what ties it to its transcript): the decoder's tokens would be most of what is read.
FIELDS = ("transcript_id", "index", "version", "edit_id", "start_ms", "end_ms", "text", "speaker", "flags", "words")


def row(segment: Segment) -> dict[str, Any]:
    """One segment: its name and version, times in milliseconds, words as [start_ms, end_ms, text, probability]."""
    return {
        "index": segment.index,
        "version": segment.version,
        "start_ms": segment.start_ms,
        "end_ms": segment.end_ms,
        "text": segment.text.strip(),
        "speaker": segment.speaker,
        "flags": segment.flags,
        "edited": segment.edit_id is not None,
        "words": [
            [word["start_ms"], word["end_ms"], word["word"].strip(), word.get("probability")] for word in segment.words
        ],
    }


def rows(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """Many of them, in the order given."""
    return [row(segment) for segment in segments]
