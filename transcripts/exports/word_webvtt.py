"""WebVTT that knows its words: times inside the cues, or the spoken word set apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from .cue import Cue
from .cues import cues
from .document import Document
from .profile import ExportOptions, SubtitleProfile
from .timecode import clock
from .tokens import Token
from .webvtt import block, escaped, header, voice, webvtt_cues


def timed_webvtt(document: Document, options: ExportOptions) -> str:
    """Each word stands behind its time, `<00:00:01.000>`: players style it with `:past` and `:future`.

    WebVTT wants these times within the cue and rising. The first word needs none, the cue's start is its own.
    """
    blocks = [
        block(cue.start_ms, cue.end_ms, voice(cue, options) + _laid_out(cue, _stamped(cue)))
        for cue in webvtt_cues(document, options)
    ]
    return header(document, options) + "".join(blocks)


def highlighted_webvtt(document: Document, options: ExportOptions) -> str:
    """Each cue once for each of its words, which is underlined while it is spoken: ready to be burnt in.

    Video tools that pay no heed to times inside a cue show these. Text is repeated for every word, so that cues must be
    short: without a profile the default one cuts them.
    """
    blocks = [
        block(start, end, voice(cue, options) + _laid_out(cue, _underlined(cue, spoken)))
        for cue in short_cues(document, options)
        for spoken, start, end in _moments(cue)
    ]
    return header(document, options) + "".join(blocks)


def short_cues(document: Document, options: ExportOptions) -> list[Cue]:
    """The cues by the profile, or the default one."""
    return cues(document, options.profile or SubtitleProfile())


def _words(cue: Cue) -> list[Token]:
    return [token for row in cue.rows for token in row]


def _laid_out(cue: Cue, written: Iterable[str]) -> str:
    """The cue's lines, with what is `written` of each word in its place."""
    texts = iter(written)
    return "\n".join(
        "".join(" " * (token.spaced and i > 0) + next(texts) for i, token in enumerate(row)) for row in cue.rows
    )


def _stamped(cue: Cue) -> Iterator[str]:
    latest = cue.start_ms
    for token in _words(cue):
        stamp = ""
        if latest < token.start_ms < cue.end_ms:
            latest = token.start_ms
            stamp = f"<{clock(latest)}>"
        yield stamp + escaped(token.text)


def _underlined(cue: Cue, spoken: int) -> Iterator[str]:
    for i, token in enumerate(_words(cue)):
        yield f"<u>{escaped(token.text)}</u>" if i == spoken else escaped(token.text)


def _moments(cue: Cue) -> Iterator[tuple[int, int, int]]:
    """Which word is spoken from when to when; together they fill the cue's time. A word without time is passed over."""
    later = [min(max(token.start_ms, cue.start_ms), cue.end_ms) for token in _words(cue)[1:]]
    for spoken, (start, end) in enumerate(pairwise([cue.start_ms, *later, cue.end_ms])):
        if start < end:
            yield spoken, start, end
