"""What two sequences of words have in common, in a time that does not explode.

`difflib` (Ratcliff & Obershelp's "gestalt" matching) gives the matches that people find natural, but on long texts with
frequent words its cost grows with the product of the lengths. So long stretches are first cut at what is
beyond doubt: runs of three words that occur once on both sides, kept in order by the longest increasing subsequence
(Bram Cohen's "patience diff"). What is long and has no such run is not compared word by word: it counts as changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# difflib looks at each pair of equal words once and again: this many pairs take about 10 ms.
_MOST_PAIRS = 40_000
_RUN = 3
_MOST_CUTS = 8


class Run(NamedTuple):
    """`a[a_start:a_end]` beside `b[b_start:b_end]`: the same words, or what stands in one another's place."""

    same: bool
    a_start: int
    a_end: int
    b_start: int
    b_end: int


class _Block(NamedTuple):
    a: int
    b: int
    length: int


class _Stretch(NamedTuple):
    a_start: int
    a_end: int
    b_start: int
    b_end: int


def runs(a: Sequence[str], b: Sequence[str]) -> Iterator[Run]:
    """Both sequences from their beginning to their end, same and changed in turn."""
    at_a = at_b = 0
    for block in _joined(_blocks(a, b, _Stretch(0, len(a), 0, len(b)), _MOST_CUTS)):
        if block.a > at_a or block.b > at_b:
            yield Run(False, at_a, block.a, at_b, block.b)
        yield Run(True, block.a, block.a + block.length, block.b, block.b + block.length)
        at_a, at_b = block.a + block.length, block.b + block.length
    if at_a < len(a) or at_b < len(b):
        yield Run(False, at_a, len(a), at_b, len(b))


def _joined(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """Blocks that follow one another on both sides are one."""
    last: _Block | None = None
    for block in blocks:
        if last and (last.a + last.length, last.b + last.length) == (block.a, block.b):
            last = last._replace(length=last.length + block.length)
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _blocks(a: Sequence[str], b: Sequence[str], whole: _Stretch, cuts: int) -> Iterator[_Block]:
    a_start, a_end, b_start, b_end = whole
    while a_start < a_end and b_start < b_end and a[a_start] == b[b_start]:
        a_start, b_start = a_start + 1, b_start + 1
    while a_start < a_end and b_start < b_end and a[a_end - 1] == b[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
    if a_start > whole.a_start:
        yield _Block(whole.a_start, whole.b_start, a_start - whole.a_start)
    yield from _inner_blocks(a, b, _Stretch(a_start, a_end, b_start, b_end), cuts)
    if a_end < whole.a_end:
        yield _Block(a_end, b_end, whole.a_end - a_end)


def _inner_blocks(a: Sequence[str], b: Sequence[str], inner: _Stretch, cuts: int) -> Iterator[_Block]:
    """The blocks of a stretch whose two sides neither begin nor end alike."""
    left, right = a[inner.a_start : inner.a_end], b[inner.b_start : inner.b_end]
    counts = Counter(right)
    if sum(counts[word] for word in left) <= _MOST_PAIRS:
        found = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
        yield from (_Block(inner.a_start + m.a, inner.b_start + m.b, m.size) for m in found if m.size)
        return
    at_a, at_b = inner.a_start, inner.b_start
    anchors = _anchors(left, right) if cuts else []
    for anchor_a, anchor_b in anchors:
        next_a, next_b = inner.a_start + anchor_a, inner.b_start + anchor_b
        yield from _blocks(a, b, _Stretch(at_a, next_a, at_b, next_b), cuts - 1)
        at_a, at_b = next_a, next_b
    if anchors:
        yield from _blocks(a, b, _Stretch(at_a, inner.a_end, at_b, inner.b_end), cuts - 1)


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Where runs begin that occur once on both sides; the most of them that stand in the same order on both."""
    in_a, in_b = _once(a), _once(b)
    return rising([(in_a[run], in_b[run]) for run in in_a if run in in_b])


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    starts: dict[tuple[str, ...], int] = {}
    for start in range(len(words) - _RUN + 1):
        run = tuple(words[start : start + _RUN])
        starts[run] = -1 if run in starts else start
    return {run: start for run, start in starts.items() if start >= 0}


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of `pairs`, which rise by their first, in which the second rises too."""
    ends: list[int] = []  # for each length the smallest second that such a part can end with
    last: list[int] = []  # and the pair that it belongs to
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        if length == len(ends):
            ends.append(second)
            last.append(number)
        else:
            ends[length], last[length] = second, number
        before.append(last[length - 1] if length else -1)
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
