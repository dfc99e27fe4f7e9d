"""Word times that can be true: what cross-attention found, corrected by how long such words take to say.

Dynamic time warping over attention drifts: some words come out with no time at all, others swallow their neighbours.
Here the boundaries between the words of a phrase are chosen anew, near those that were found, so that no word is far
from its share of the phrase. Pauses, which the voice detector knows, belong to no word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .timemap import TimeMap

Floats = NDArray[np.float64]
Spans = Sequence[tuple[float, float]]

TRUST_SECONDS: Final = 0.05
"""Up to here a boundary's error counts by its square, beyond by its size (Huber): some are simply wrong."""
STIFFNESS: Final = 0.5
"""Weight of plausible durations against found boundaries; 0.3 to 1 measure the same within 20 %."""
USUAL_SECONDS: Final = 0.3
"""A word; what takes longer is less predictable, so that it pulls less."""
ROUNDS: Final = 6
"""Of reweighting; the weights change by less than 1 % after five."""
SHORTEST_SECONDS: Final = 0.04
"""No word is shorter, two steps of Whisper's clock, as long as its phrase has room."""
SNAP_SECONDS: Final = 0.15
"""A word boundary that is so near to a pause lies in it."""
DIGIT_LETTERS: Final = 3
"""A digit takes about as long to say as three letters."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word in window time (seconds), and how many tokens it is made of."""

    text: str
    start: float
    end: float
    probability: float
    tokens: int


def settle(words: Sequence[TimedWord], start: float, end: float, speech: Spans) -> list[TimedWord]:
    """The words of one phrase, filling its speech from `start` to `end` (seconds) in order, none without time.

    `speech` are the spans in which somebody speaks, in order; where none lies in the phrase, all of it is speech.
    """
    if not words:
        return []
    spoken = _spoken(start, end, speech)
    clock = TimeMap.of_spans(spoken)
    found = np.array([clock.inside(word.start) for word in words[1:]])
    bounds = _relaxed(found, _shares(words) * clock.length)
    _snap(bounds, [clock.inside(span[0]) for span in spoken[1:]])
    placed = _in_order(bounds, clock.length).tolist()
    return [
        replace(word, start=clock.start(begin), end=max(clock.start(begin), clock.end(finish)))
        for word, begin, finish in zip(words, placed[:-1], placed[1:], strict=True)
    ]


def _spoken(start: float, end: float, speech: Spans) -> list[tuple[float, float]]:
    """Speech within the phrase; its first and last word reach to the phrase's own bounds."""
    inner = [(max(start, a), min(end, b)) for a, b in speech if a < end and b > start]
    if not inner:
        return [(start, end)]
    inner[0] = (start, inner[0][1])
    inner[-1] = (inner[-1][0], end)
    return inner


def _shares(words: Sequence[TimedWord]) -> Floats:
    """Each word's part of the phrase, by its letters; one more for every word, so that marks are not nothing."""
    sizes = np.array([1.0 + sum(_size(character) for character in word.text) for word in words])
    shares: Floats = sizes / sizes.sum()
    return shares


def _size(character: str) -> int:
    if character.isdigit():
        return DIGIT_LETTERS
    return 1 if character.isalpha() else 0


def _relaxed(found: Floats, expected: Floats) -> Floats:
    """Boundaries [n + 1] of n words: least squares between those `found` [n - 1] and the `expected` durations [n].

    Springs in a row: each inner boundary is tied to where it was found, each word to its expected length. The row's
    ends are fixed at 0 and at the sum of `expected`.
    """
    total = float(expected.sum())
    if not found.size:
        return np.array([0.0, total])
    springs = STIFFNESS * USUAL_SECONDS / np.maximum(expected, SHORTEST_SECONDS)
    rest = springs * expected
    pull = rest[:-1] - rest[1:]
    pull[-1] += springs[-1] * total
    ties = np.ones(found.size)
    bounds = found
    for _ in range(ROUNDS):
        matrix = np.diag(ties + springs[:-1] + springs[1:])
        matrix -= np.diag(springs[1:-1], 1) + np.diag(springs[1:-1], -1)
        bounds = np.linalg.solve(matrix, ties * found + pull).astype(np.float64)
        ties = TRUST_SECONDS / np.maximum(np.abs(bounds - found), TRUST_SECONDS)
    return np.concatenate([[0.0], bounds, [total]])


def _snap(bounds: Floats, joints: Sequence[float]) -> None:
    """Move the boundary that is nearest to a pause into it: a word is not split by one."""
    inner = bounds[1:-1]
    for joint in joints:
        if inner.size and np.abs(inner - joint).min() <= SNAP_SECONDS:
            inner[np.abs(inner - joint).argmin()] = joint


def _in_order(bounds: Floats, total: float) -> Floats:
    """Every word at least `SHORTEST_SECONDS` long, or half its even share where there is less room."""
    count = bounds.size - 1
    least = min(SHORTEST_SECONDS, total / (2 * count))
    ladder = least * np.arange(count + 1)
    rising = np.maximum.accumulate(bounds - ladder) + ladder
    ordered: Floats = np.clip(rising, ladder, total - ladder[::-1])
    return ordered
