"""The text of a document, fit to be written: on one line, without control characters, in the order of its times."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache

from .document import Document, Line

_NO_BREAK = frozenset("\u00a0\u2007\u202f")
# Control characters that are not white space, and the byte order mark, which some readers drop and others show.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """`text` on one line: runs of white space become one space (a lone no-break space stays), controls disappear.

    Directional marks and joiners stay: Arabic, Hebrew and Persian are spelt with them.
    """
    text = _CONTROLS.sub("", text)
    return _SPACES.sub(lambda run: run[0] if run[0] in _NO_BREAK else " ", text).strip()


def lines(document: Document) -> list[Line]:
    """The segments that say something, cleaned, by start time, none before 0 and none that ends before it starts."""
    written = []
    for segment in document.segments:
        start = max(0, segment.start_ms)
        line = replace(
            segment,
            text=clean(segment.text),
            speaker=clean(segment.speaker),
            start_ms=start,
            end_ms=max(start, segment.end_ms),
        )
        if line.text:
            written.append(line)
    return sorted(written, key=lambda line: line.start_ms)


def turns(document: Document, *, named: bool) -> list[tuple[str, Line]]:
    """Each line with the name to write before it: its speaker's where the speaker changes and `named`, else ""."""
    pairs = []
    previous = ""
    for line in lines(document):
        pairs.append((line.speaker if named and line.speaker != previous else "", line))
        previous = line.speaker
    return pairs


def columns(text: str) -> int:
    """Width of `text` on a screen: 2 for a full-width character, 0 for a combining or invisible one, else 1."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(maxsize=8192)
def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
