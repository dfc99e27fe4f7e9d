"""What two texts over one recording have in common: the same words at about the same time.

`matching` knows words and their order only: what is said over and over may be matched minutes away, where one of the
texts left it out. Words that were matched too far apart are matched anew among those near them: the most of them that
stand in the same order on both sides.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .matching import Run, rising, runs

# Two runs of a model place a word within a second of each other; words without times are told by their segment's.
NEAR_MS = 10_000

Pair = tuple[int, int]


class Heard(NamedTuple):
    """The words of a text as they are compared, and when each begins (ms)."""

    words: Sequence[str]
    starts: Sequence[int]


def near_runs(a: Heard, b: Heard) -> Iterator[Run]:
    """As `matching.runs`, but nothing is the same that is said more than `NEAR_MS` apart."""
    at_a = at_b = 0
    begun: Run | None = None
    for place_a, place_b in _pairs(a, b):
        if begun and (place_a, place_b) == (begun.a_end, begun.b_end):
            begun = begun._replace(a_end=place_a + 1, b_end=place_b + 1)
            continue
        if begun:
            yield begun
            at_a, at_b = begun.a_end, begun.b_end
        if (place_a, place_b) != (at_a, at_b):
            yield Run(False, at_a, place_a, at_b, place_b)
        begun = Run(True, place_a, place_a + 1, place_b, place_b + 1)
    if begun:
        yield begun
        at_a, at_b = begun.a_end, begun.b_end
    if at_a < len(a.words) or at_b < len(b.words):
        yield Run(False, at_a, len(a.words), at_b, len(b.words))


def _pairs(a: Heard, b: Heard) -> Iterator[Pair]:
    """The words that are the same, rising on both sides."""
    at_a = at_b = 0
    is_torn = False
    for run in runs(a.words, b.words):
        if not run.same:
            continue
        for pair in zip(range(run.a_start, run.a_end), range(run.b_start, run.b_end), strict=True):
            if abs(a.starts[pair[0]] - b.starts[pair[1]]) > NEAR_MS:
                is_torn = True
                continue
            if is_torn:
                yield from _again(a, b, range(at_a, pair[0]), range(at_b, pair[1]))
            yield pair
            at_a, at_b, is_torn = pair[0] + 1, pair[1] + 1, False
    if is_torn:
        yield from _again(a, b, range(at_a, len(a.words)), range(at_b, len(b.words)))


def _again(a: Heard, b: Heard, in_a: range, in_b: range) -> list[Pair]:
    """The same for a stretch of both, by times from the beginning."""
    places: dict[str, list[Pair]] = defaultdict(list)  # of each word when and where, by time
    for place in in_b:
        places[b.words[place]].append((b.starts[place], place))
    for found in places.values():
        found.sort()
    pairs = []
    for place in in_a:
        known, start = places.get(a.words[place], []), a.starts[place]
        near = known[bisect_left(known, (start - NEAR_MS,)) : bisect_right(known, (start + NEAR_MS + 1,))]
        # The last first: of the pairs of one word, no two rise.
        pairs += [(place, other) for _, other in sorted(near, key=lambda entry: -entry[1])]
    return rising(pairs)
