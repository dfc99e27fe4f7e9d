"""SubRip (.srt). It has no specification and no way to escape: what a reader takes for syntax is written otherwise."""

from __future__ import annotations

import re
from dataclasses import replace

from .cue import Cue
from .cues import cues
from .document import Document, Line, Timed
from .profile import ExportOptions
from .text import turns
from .timecode import clock

_ARROW = re.compile(r"-[- ]\s*>")
# Players read <i>, </b>, <font …> and {\an8} as styles; an invisible word joiner after the bracket makes them text.
_TAG = re.compile(r"[<{](?=[A-Za-z/\\!?])")


def subrip(document: Document, options: ExportOptions) -> str:
    """Numbered cues; a speaker's name stands before the first words, `Anna: Hello.`, where the speaker changes."""
    named = replace(
        document,
        segments=tuple(_labelled(name, line) for name, line in turns(document, named=options.speakers)),
    )
    return "\n".join(_block(number, cue) for number, cue in enumerate(cues(named, options.profile), start=1))


def _labelled(name: str, line: Line) -> Line:
    """The line with the name as its first word, so that cutting counts it; it is read while the next is spoken."""
    if not name:
        return line
    label = f"{name}:"
    first = (Timed(label, line.start_ms, line.start_ms),) if line.words else ()
    return replace(line, text=f"{label} {line.text}", words=first + line.words)


def _block(number: int, cue: Cue) -> str:
    text = "\n".join(_escaped(line) for line in cue.lines)
    return f"{number}\n{clock(cue.start_ms, ',')} --> {clock(cue.end_ms, ',')}\n{text}\n"


def _escaped(text: str) -> str:
    return _TAG.sub("\\g<0>\u2060", _ARROW.sub("→", text))
