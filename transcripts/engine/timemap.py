"""Two clocks side by side: from the time of something cut and glued back to the time of the whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` seconds that lie at `inside` in what was glued and at `outside` in the whole."""

    inside: float
    outside: float
    length: float


class TimeMap:
    """Inside time → outside time, both in seconds."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = tuple(pieces)
        self._starts = [piece.inside for piece in self._pieces]

    @classmethod
    def of_spans(cls, spans: Iterable[tuple[float, float]]) -> TimeMap:
        """Spans of the whole (seconds), glued without anything between them."""
        pieces: list[Piece] = []
        inside = 0.0
        for start, end in spans:
            pieces.append(Piece(inside, start, end - start))
            inside += end - start
        return cls(pieces)

    @property
    def length(self) -> float:
        """Seconds of all pieces together."""
        return self._pieces[-1].inside + self._pieces[-1].length if self._pieces else 0.0

    def start(self, time: float) -> float:
        """Outside time of something that begins at `time`; at a joint, the beginning of what comes after."""
        return self._map(bisect_right(self._starts, time + 1e-6) - 1, time)

    def end(self, time: float) -> float:
        """Outside time of something that ends at `time`; at a joint, the end of what came before."""
        return self._map(bisect_right(self._starts, time - 1e-6) - 1, time)

    def span(self, start: float, end: float) -> tuple[float, float]:
        """Outside times of something short, such as a word: it lies in one piece, that of its middle."""
        index = bisect_right(self._starts, (start + end) / 2) - 1
        return self._map(index, start), self._map(index, end)

    def inside(self, time: float) -> float:
        """The way back: inside time of the outside `time`; what lies between two pieces is at their joint."""
        found = 0.0
        for piece in self._pieces:
            if time < piece.outside:
                break
            found = piece.inside + min(time - piece.outside, piece.length)
        return found

    def _map(self, index: int, time: float) -> float:
        piece = self._pieces[max(0, index)]
        return piece.outside + min(max(0.0, time - piece.inside), piece.length)
