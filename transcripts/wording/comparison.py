"""Two runs over one recording, side by side: which words both heard, and which only one of them. Pure.

Words are matched by `nearness`, whatever their case and punctuation; they are laid out in the rows of the left text, by
the times at which they are spoken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from .nearness import Heard, near_runs
from .spelling import keys

Piece = tuple[Literal["=", "-", "+"], str]


class Said(NamedTuple):
    """One word of a text: spelled with the space before it; `segment` counts the segments of its text."""

    text: str
    start_ms: int
    segment: int


@dataclass(slots=True)
class Row:
    """What was said from `start_ms` on: `=` in both texts, `-` only in the left one, `+` only in the right one."""

    start_ms: int
    left: list[Piece] = field(default_factory=list)
    right: list[Piece] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether both say the same words here."""
        return all(kind == "=" for kind, _ in (*self.left, *self.right))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows in order, and how many words both, only the left and only the right text have."""

    rows: Sequence[Row]
    same: int
    only_left: int
    only_right: int


def compare(left: Sequence[Said], right: Sequence[Said]) -> Comparison:
    """Lay the two texts side by side. Some 30,000 words on each side take a fraction of a second."""
    table = _Table()
    same = 0
    for run in near_runs(_heard(left), _heard(right)):
        ours, theirs = left[run.a_start : run.a_end], right[run.b_start : run.b_end]
        if run.same:
            same += len(ours)
            table.add_same(zip(ours, theirs, strict=True))
        elif ours:
            table.add_changed(ours, theirs)
        else:
            goes_on = run.b_end < len(right) and right[run.b_end].segment == theirs[-1].segment
            begun = run.b_start > 0 and right[run.b_start - 1].segment == theirs[0].segment
            table.add_missing(theirs, begun=begun, goes_on=goes_on)
    return Comparison(table.finished(), same, len(left) - same, len(right) - same)


def _heard(words: Sequence[Said]) -> Heard:
    return Heard([_key(word) for word in words], [word.start_ms for word in words])


def _key(word: Said) -> str:
    return " ".join(keys(word.text)) or word.text.strip()


class _Table:
    """Rows in the making; each segment of the left text begins one."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._segment = -1
        self._waiting: list[Said] = []

    def add_same(self, pairs: Iterable[tuple[Said, Said]]) -> None:
        """Words that both have."""
        for ours, theirs in pairs:
            row = self._row_of(ours)
            row.left.append(("=", ours.text))
            row.right.append(("=", theirs.text))

    def add_changed(self, ours: Sequence[Said], theirs: Sequence[Said]) -> None:
        """Words in one another's place: the right ones stand in the rows of their time."""
        coming = list(reversed(theirs))
        for word in ours:
            if word.segment != self._segment:
                while coming and self._rows and coming[-1].start_ms < word.start_ms:
                    self._rows[-1].right.append(("+", coming.pop().text))
            self._row_of(word).left.append(("-", word.text))
        self._rows[-1].right += [("+", word.text) for word in reversed(coming)]

    def add_missing(self, theirs: Sequence[Said], *, begun: bool, goes_on: bool) -> None:
        """Words that only the right text has: a row for each of its segments that lies in the gap as a whole."""
        groups: list[list[Said]] = [[theirs[0]]]
        for before, word in pairwise(theirs):
            if word.segment != before.segment:
                groups.append([])
            groups[-1].append(word)
        if begun and self._rows:
            self._rows[-1].right += [("+", word.text) for word in groups.pop(0)]
        if goes_on and groups:
            self._waiting = groups.pop()
        for group in groups:
            self._rows.append(Row(group[0].start_ms, right=[("+", word.text) for word in group]))

    def finished(self) -> list[Row]:
        """The rows, neighbouring words of one kind joined."""
        for row in self._rows:
            row.left, row.right = _joined(row.left), _joined(row.right)
        return self._rows

    def _row_of(self, word: Said) -> Row:
        if word.segment != self._segment:
            self._segment = word.segment
            self._rows.append(Row(word.start_ms))
        row = self._rows[-1]
        row.right += [("+", waiting.text) for waiting in self._waiting]
        self._waiting = []
        return row


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece; the space before a word that differs does not differ."""
    found: list[Piece] = []
    for kind, text in pieces:
        word = text.lstrip()
        parts: list[Piece] = [("=", text[: len(text) - len(word)]), (kind, word)]
        if kind == "=" or (found and found[-1][0] == kind):
            parts = [(kind, text)]
        for part_kind, part in parts:
            if found and found[-1][0] == part_kind:
                found[-1] = (part_kind, found[-1][1] + part)
            elif part:
                found.append((part_kind, part))
    return found
