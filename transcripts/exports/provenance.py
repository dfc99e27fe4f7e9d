"""Where a text comes from, as lines for people."""

from __future__ import annotations

import json

from .document import Document
from .text import clean
from .timecode import clock


def facts(document: Document) -> list[tuple[str, str]]:
    """What is known of the document's origin: (name, value on one line); what is not known is left out."""
    origin = document.provenance
    parameters = json.dumps(dict(origin.parameters), ensure_ascii=False, sort_keys=True) if origin.parameters else ""
    known = [
        ("Title", document.title),
        ("Media", origin.media_name),
        ("Media SHA-256", origin.media_sha256),
        ("Duration", clock(max(0, document.duration_ms))),
        ("Language", document.language),
        ("Model", origin.model),
        ("Model revision", origin.model_revision),
        ("Parameters", parameters),
        ("Created", origin.created_at),
        ("Edit revision", str(origin.edit_revision)),
        ("Reviewer", origin.reviewer),
    ]
    return [(name, clean(value)) for name, value in known if clean(value)]
