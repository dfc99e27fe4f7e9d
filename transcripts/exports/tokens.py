"""A line of text taken apart into the pieces that may end a line of a subtitle, each with its time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .document import Line
from .text import clean, columns

# Scripts written without spaces, whose characters may be parted anywhere. Hangul is not among them: Korean has spaces.
_UNSPACED = r"\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# JIS X 4051: brackets that may not end a line; punctuation, small kana and repeat marks that may not begin one.
_OPENING = r"（［｛〔〈《「『【〘〖〝｟“‘«(\[{"
_FOLLOWING = (
    r"、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〕〉》」』】〙〗〟｠”’»)\]},.!?:;…‥〜～–—"
    r"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰ-ㇿ"
    # What belongs to the character before it: no-break spaces, accents, voicing marks, variation selectors, joiners.
    r"\u00a0\u2007\u202f\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef\u200d"
)
_UNIT = re.compile(rf"[{_OPENING}]*(?:[{_UNSPACED}]|[^{_UNSPACED}]+)[{_FOLLOWING}]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text that stays whole, when it is spoken, and whether a space parts it from the piece before it."""

    text: str
    start_ms: int
    end_ms: int
    spaced: bool


def joined(tokens: tuple[Token, ...]) -> str:
    """The tokens' text on one line."""
    return "".join(f" {token.text}" if token.spaced else token.text for token in tokens).lstrip(" ")


def tokens(line: Line, widest: int | None = None) -> list[Token]:
    """The tokens of a line, in time order and within its times, cut where wider than `widest` columns.

    Words that spell the text give the times; without such words the line's time is shared out by characters.
    """
    times = _character_times(line)
    position = 0
    found = []
    for text, spaced in _pieces(line.text, widest):
        first, position = position, position + len(_spelling(text))
        found.append(Token(text, times[first][0], times[position - 1][1], spaced))
    return found


def _spelling(text: str) -> str:
    return "".join(clean(text).split())


def _character_times(line: Line) -> list[tuple[int, int]]:
    """Start and end of every character of the text that is not white space."""
    spans = [(_spelling(word.text), word.start_ms, word.end_ms) for word in line.words]
    if "".join(text for text, _, _ in spans) != _spelling(line.text):
        spans = [(_spelling(line.text), line.start_ms, line.end_ms)]
    times = []
    for text, start, end in _in_order(spans, line):
        length = len(text)
        share = end - start
        times += [(start + share * i // length, start + share * (i + 1) // length) for i in range(length)]
    return times


def _in_order(spans: list[tuple[str, int, int]], line: Line) -> Iterator[tuple[str, int, int]]:
    """The spans within the line's times, none of which starts before, or ends after the start of, its neighbour."""
    starts = []
    earliest = line.start_ms
    for _, start, _ in spans:
        earliest = min(max(earliest, start), line.end_ms)
        starts.append(earliest)
    for (text, _, end), (start, following) in zip(spans, pairwise([*starts, line.end_ms]), strict=True):
        yield text, start, min(max(start, end), following)


def _pieces(text: str, widest: int | None) -> Iterator[tuple[str, bool]]:
    for word in text.split(" "):
        spaced = True
        for unit in _UNIT.findall(word):
            for piece in _cut(unit, widest):
                yield piece, spaced
                spaced = False


def _cut(unit: str, widest: int | None) -> Iterator[str]:
    """`unit` in pieces of at most `widest` columns. Characters without width stay with the one before them."""
    if widest is None or columns(unit) <= widest:
        yield unit
        return
    begin, used = 0, 0
    for i, character in enumerate(unit):
        width = columns(character)
        if used + width > widest:
            yield unit[begin:i]
            begin, used = i, 0
        used += width
    yield unit[begin:]
