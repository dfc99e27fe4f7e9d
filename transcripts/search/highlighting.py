"""Where in a text the words stand that were looked for. The same words as in the index, on any database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transcripts.models.folding import composed, is_unspaced, places

from .query import Query, Term

# A passage longer than this (characters) is shown from a little before its first mark on.
MOST_SHOWN = 320
_BEFORE_MARK = 60
ELLIPSIS = "…"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text, marked if it was looked for. Plain text: whoever shows it as HTML escapes it."""

    text: str
    marked: bool = False


def highlighted(text: str, query: Query, most: int | None = None) -> tuple[Fragment, ...]:
    """`text` in fragments; of a longer one at most `most` characters around the first mark."""
    text = composed(text)
    spans = _merged(sorted(span for term in query.terms for span in _spans(term, places(text))))
    if most is None or len(text) <= most:
        return tuple(_fragments(text, spans, 0, len(text)))
    start = _word_start(text, max(0, min(spans[0][0] - _BEFORE_MARK, len(text) - most))) if spans else 0
    end = start + most
    fragments = list(_fragments(text, spans, start, end))
    before, after = [Fragment(ELLIPSIS)] * (start > 0), [Fragment(ELLIPSIS)] * (end < len(text))
    return (*before, *fragments, *after)


def terms_in(text: str, query: Query) -> int:
    """How many different terms of the query stand in `text`."""
    found = places(composed(text))
    return sum(next(_spans(term, found), None) is not None for term in query.terms)


def _spans(term: Term, found: Sequence[tuple[str, int, int]]) -> Iterator[Span]:
    length = len(term.words)
    for first in range(len(found) - length + 1):
        run = found[first : first + length]
        if _fits([word for word, _, _ in run], term):
            yield run[0][1], _end(term, run[-1])


def _fits(words: Sequence[str], term: Term) -> bool:
    if not term.prefix:
        return tuple(words) == term.words
    return tuple(words[:-1]) == term.words[:-1] and words[-1].startswith(term.words[-1])


def _end(term: Term, last: tuple[str, int, int]) -> int:
    """Where the mark ends: with the word, or where the script has no spaces with what was looked for."""
    word, start, end = last
    wanted = term.words[-1]
    return start + 1 if is_unspaced(word) and len(wanted) == 1 else end


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _word_start(text: str, position: int) -> int:
    """The first start of a word at or behind `position`, if there is one nearby."""
    space = text.find(" ", position, position + _BEFORE_MARK // 2) if position else -1
    return space + 1 if space >= 0 else position


def _fragments(text: str, spans: Sequence[Span], start: int, end: int) -> Iterator[Fragment]:
    position = start
    for first, last in spans:
        first, last = max(first, position), min(last, end)
        if first >= last:
            continue
        if position < first:
            yield Fragment(text[position:first])
        yield Fragment(text[first:last], marked=True)
        position = last
    if position < end:
        yield Fragment(text[position:end])
