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
from .webvtt import webvtt

_ARROW = re.compile(r"-[- ]\s*>")
# Players read <i>, </b>, <font …> and {\an8} as styles; an invisible word joiner after the bracket makes them text.
_TAG = re.compile(r"[<{](?=[A-Za-z/\\!?])")


def subrip(document: Document, options: ExportOptions) -> str:
    """Numbered cues; a speaker's name stands before the first words, `Anna: Hello.`, where the speaker changes."""
    return "\n".join(_block(number, cue) for number, cue in enumerate(subrip_cues(document, options), start=1))


def subrip_cues(document: Document, options: ExportOptions) -> list[Cue]:
    """The cues, with the names among their words."""
    return cues(_named(document, options), options.profile)


def shown_subrip(document: Document, options: ExportOptions) -> str:
    """The same cues as WebVTT, which browsers show."""
    return webvtt(_named(document, options), replace(options, speakers=False, provenance=False))


def _named(document: Document, options: ExportOptions) -> Document:
    named = tuple(_labelled(name, line) for name, line in turns(document, named=options.speakers))
    return replace(document, segments=named)


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
