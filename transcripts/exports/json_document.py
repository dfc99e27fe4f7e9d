"""JSON: the document as it is, nothing repaired or left out."""

from __future__ import annotations

import json
import math

from .document import Document, Line, Timed
from .profile import ExportOptions


def json_document(document: Document, options: ExportOptions) -> str:
    """One object, keys in order of the alphabet, times in ms. With `provenance` it says where the text comes from."""
    written: dict[str, object] = {
        "title": document.title,
        "language": document.language,
        "duration_ms": document.duration_ms,
        "segments": [_segment(line) for line in document.segments],
    }
    if options.provenance:
        written["provenance"] = _provenance(document)
    return json.dumps(written, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")) + "\n"


def _segment(line: Line) -> dict[str, object]:
    return {
        "start_ms": line.start_ms,
        "end_ms": line.end_ms,
        "speaker": line.speaker,
        "text": line.text,
        "words": [_word(word) for word in line.words],
    }


def _word(word: Timed) -> dict[str, object]:
    return {
        "text": word.text,
        "start_ms": word.start_ms,
        "end_ms": word.end_ms,
        # JSON has no NaN; a probability that is no number is not known.
        "probability": word.probability if math.isfinite(word.probability) else None,
    }


def _provenance(document: Document) -> dict[str, object]:
    origin = document.provenance
    return {
        "media_sha256": origin.media_sha256,
        "media_name": origin.media_name,
        "model": origin.model,
        "model_revision": origin.model_revision,
        "parameters": dict(origin.parameters),
        "edit_revision": origin.edit_revision,
        "reviewer": origin.reviewer,
        "created_at": origin.created_at,
    }
