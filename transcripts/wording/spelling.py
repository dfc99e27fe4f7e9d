"""Text taken apart into words, in scripts with spaces and in those without."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# Scripts written without spaces: a character (with its marks) is what can be told apart without a dictionary.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Chinese characters, here and below
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_APOSTROPHES = "'’"


class Atom(NamedTuple):
    """The letters of a word, or one character of a script without spaces: `text[start:end]`."""

    start: int
    end: int


def atoms(text: str) -> Iterator[Atom]:
    """What can be recognised in `text`, in order; white space, punctuation and symbols lie between."""
    start: int | None = None
    for position, character in enumerate(text):
        kind = _kind(character)
        goes_on = kind == "mark" or (kind == "letter" and not _is_unspaced(text[position - 1]))
        if start is not None and not (goes_on or _is_inner_apostrophe(text, position)):
            yield Atom(start, position)
            start = None
        if start is None and kind in ("letter", "unspaced"):
            start = position
    if start is not None:
        yield Atom(start, len(text))


def keys(text: str) -> list[str]:
    """The atoms of `text` as they are compared: whatever the case and the way accents are encoded."""
    return [key(text[atom.start : atom.end]) for atom in atoms(text)]


def key(word: str) -> str:
    """One word as it is compared."""
    return word.casefold() if word.isascii() else unicodedata.normalize("NFC", word.casefold())


def _is_inner_apostrophe(text: str, position: int) -> bool:
    """As in "don't": between two letters."""
    inside = text[position] in _APOSTROPHES and 0 < position < len(text) - 1
    return inside and _kind(text[position - 1]) == _kind(text[position + 1]) == "letter"


def _is_unspaced(character: str) -> bool:
    return _kind(character) == "unspaced"


@lru_cache(maxsize=16384)
def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "M" or character in "\u200c\u200d":  # joiners belong to the word, as in Persian
        return "mark"
    if category[0] not in "LN":
        return ""
    unspaced = any(first <= ord(character) <= last for first, last in _UNSPACED)
    return "unspaced" if unspaced else "letter"
