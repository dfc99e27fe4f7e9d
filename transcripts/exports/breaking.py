"""Where a text may best be parted: the least costly way to cut a row of tokens into pieces that fit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from .text import columns
from .tokens import Token

_CLOSERS = "[\"'’”»)\\]」』）]*"
_SENTENCE_END = re.compile(rf"[.!?…。！？؟۔।]{_CLOSERS}$")
_CLAUSE_END = re.compile(rf"[,;:–—،؛、，；：]{_CLOSERS}$")

# What a break costs. Only the order and rough distances matter: a full stop before a comma before a breath.
_AFTER_SENTENCE, _AFTER_CLAUSE, _AT_PAUSE, _ANYWHERE, _AFTER_SHORT_WORD = 0, 2, 3, 6, 9
# Phrases are set apart by a short silence.
_PAUSE_MS = 250
# Articles, prepositions and conjunctions are short in most languages, and lean on the word after them. So do titles and
# other abbreviations ("Dr."): the full stop after a short word ends a sentence only where a pause says so.
_SHORT = 3

_PER_LINE = 1_000_000
_PER_BREAK = 150


def break_cost(token: Token, following: Token) -> int:
    """What it costs the reader to part the two, from 0 (after a sentence) to 9 (after a word like "the")."""
    paused = following.start_ms - token.end_ms >= _PAUSE_MS
    short = following.spaced and columns(token.text.removesuffix(".")) <= _SHORT
    abbreviated = short and not paused and token.text.endswith(".")
    if _SENTENCE_END.search(token.text) and not abbreviated:
        return _AFTER_SENTENCE
    if _CLAUSE_END.search(token.text):
        return _AFTER_CLAUSE
    if paused:
        return _AT_PAUSE
    return _AFTER_SHORT_WORD if short else _ANYWHERE


class Widths:
    """Columns taken by any run of a row of tokens, from sums made once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._spaces = [int(token.spaced) for token in tokens]
        self._sums = [0]
        for token in tokens:
            self._sums.append(self._sums[-1] + columns(token.text) + token.spaced)

    def between(self, start: int, end: int) -> int:
        """Columns of `tokens[start:end]` on one line; `start < end`."""
        return self._sums[end] - self._sums[start] - self._spaces[start]

    def reach(self, most: int) -> list[int]:
        """For each token the end of the longest run from it that fits into `most` columns; one token always does."""
        count = len(self._spaces)
        ends = []
        end = 0
        for start in range(count):
            end = max(end, start + 1)
            while end < count and self.between(start, end + 1) <= most:
                end += 1
            ends.append(end)
        return ends


def partition(reach: Sequence[int], cost: Callable[[int, int], int]) -> list[tuple[int, int]]:
    """The cheapest way to cut `len(reach)` tokens into runs: (start, end) of each, in order.

    A run from `start` may end anywhere up to `reach[start]`, which lies behind `start`; `cost` is never negative.
    """
    count = len(reach)
    best = [0.0] + [math.inf] * count
    came_from = [0] * (count + 1)
    for start in range(count):
        for end in range(start + 1, reach[start] + 1):
            total = best[start] + cost(start, end)
            if total < best[end]:
                best[end], came_from[end] = total, start
    runs = []
    end = count
    while end:
        runs.append((came_from[end], end))
        end = came_from[end]
    return runs[::-1]


def rows(tokens: Sequence[Token], most: int) -> tuple[tuple[Token, ...], ...]:
    """The tokens on as few lines of at most `most` columns as can be, broken where it reads best, of like length."""
    widths = Widths(tokens)
    last = len(tokens)

    def cost(start: int, end: int) -> int:
        broken = break_cost(tokens[end - 1], tokens[end]) if end < last else 0
        return _PER_LINE + _PER_BREAK * broken + (most - widths.between(start, end)) ** 2

    return tuple(tuple(tokens[start:end]) for start, end in partition(widths.reach(most), cost))
