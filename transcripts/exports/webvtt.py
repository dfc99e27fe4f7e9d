"""WebVTT (https://www.w3.org/TR/webvtt1/): cues with voices, and a note that tells where the text comes from."""

from __future__ import annotations

from .cue import Cue
from .cues import cues
from .document import Document
from .profile import ExportOptions
from .provenance import facts
from .timecode import clock


def webvtt(document: Document, options: ExportOptions) -> str:
    """A WebVTT file; the speaker is the voice of a cue, `<v Anna>`."""
    shown = webvtt_cues(document, options)
    blocks = [block(cue.start_ms, cue.end_ms, voice(cue, options) + _text(cue)) for cue in shown]
    return header(document, options) + "".join(blocks)


def webvtt_cues(document: Document, options: ExportOptions) -> list[Cue]:
    """The cues by the profile; names are beside them."""
    return cues(document, options.profile)


def header(document: Document, options: ExportOptions) -> str:
    """The signature and, with `provenance`, a note; a note may hold neither an arrow nor an empty line."""
    if not options.provenance:
        return "WEBVTT\n"
    known = [*facts(document), ("Subtitles", str(options.profile or "one for each segment"))]
    notes = "".join(f"{name}: {value}\n".replace("-->", "→") for name, value in known)
    return f"WEBVTT\n\nNOTE\n{notes}"


def block(start_ms: int, end_ms: int, payload: str) -> str:
    """One cue; the payload is escaped and has no empty line."""
    return f"\n{clock(start_ms)} --> {clock(end_ms)}\n{payload}\n"


def voice(cue: Cue, options: ExportOptions) -> str:
    """The tag that names who speaks; it needs no end where the whole cue is one voice."""
    return f"<v {escaped(cue.speaker)}>" if options.speakers and cue.speaker else ""


def escaped(text: str) -> str:
    """Cue text in which nothing is a tag, a character reference or an arrow."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(cue: Cue) -> str:
    return "\n".join(escaped(line) for line in cue.lines)
