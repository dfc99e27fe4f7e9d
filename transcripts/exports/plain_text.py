"""Plain text: a line for each segment."""

from __future__ import annotations

from .document import Document
from .profile import ExportOptions
from .text import turns
from .timecode import clock


def plain_text(document: Document, options: ExportOptions) -> str:
    """`Anna: Hello.`, the name where the speaker changes; with `timestamps`, `[00:00:01.000] Anna: Hello.`."""
    written = []
    for speaker, line in turns(document, named=options.speakers):
        time = f"[{clock(line.start_ms)}] " if options.timestamps else ""
        name = f"{speaker}: " if speaker else ""
        written.append(f"{time}{name}{line.text}\n")
    return "".join(written)
