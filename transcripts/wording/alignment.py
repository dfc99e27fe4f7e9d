"""When the words of a corrected text are spoken, by the words that stood there before. Pure; integer milliseconds.

Words that are still there keep their times; so does a word of which only case or punctuation changed. Words that took
the place of as many others take their times one by one; any other number shares out the time of what it replaced, or
the gap between its neighbours, by length. What is still there is found by `matching` (difflib).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypedDict

from .matching import runs
from .spelling import Atom, atoms, keys

# What opens a quotation or bracket belongs to the word behind it.
_OPENING = frozenset("([{<«„“‘‚「『（【《〈¿¡")


class Word(TypedDict):
    """One word of a segment as it is stored, spelled with the space before it."""

    word: str
    start_ms: int
    end_ms: int
    probability: float


@dataclass(slots=True)
class _Piece:
    """A word of the new text: `text[start:end]` are its letters, `kept` is the number of the old word that it is."""

    start: int
    end: int
    kept: int | None


def align(words: Sequence[Word], text: str, start_ms: int, end_ms: int) -> list[Word]:
    """The words of `text`, spoken between `start_ms` and `end_ms`, where `words` stood before.

    Their spellings in a row are `text`; their times rise and lie within the two. What a person wrote has probability 1.
    """
    if not text.strip():
        return []
    found = list(atoms(text))
    if not found:  # a dash, a note of music: one sound
        return [Word(word=text, start_ms=start_ms, end_ms=end_ms, probability=1.0)]
    pieces = list(_pieces(text, found, _kept(words, [text[a.start : a.end] for a in found])))
    times = _times(pieces, words, start_ms, end_ms)
    spelled = _spelled(text, pieces)
    aligned = []
    earliest = start_ms
    for piece, spelling, (start, end) in zip(pieces, spelled, times, strict=True):
        start = min(max(start, earliest), end_ms)
        end = earliest = min(max(start, end), end_ms)
        probability = _probability(words[piece.kept], spelling) if piece.kept is not None else 1.0
        aligned.append(Word(word=spelling, start_ms=start, end_ms=end, probability=probability))
    return aligned


def spell(words: Sequence[Word], text: str, start_ms: int, end_ms: int) -> list[Word]:
    """`words` if they spell `text` letter by letter, else `text` aligned with them."""
    if "".join(word["word"] for word in words) == text:
        return list(words)
    return align(words, text, start_ms, end_ms)


def cut(words: Sequence[Word], offset: int) -> tuple[list[Word], list[Word]]:
    """Words before and behind the character at `offset` of their text; a word across it is parted, with its time."""
    before: list[Word] = []
    behind: list[Word] = []
    position = 0
    for word in words:
        inside = offset - position
        position += len(word["word"])
        if inside <= 0:
            behind.append(word)
        elif inside >= len(word["word"]):
            before.append(word)
        else:
            middle = word["start_ms"] + (word["end_ms"] - word["start_ms"]) * inside // len(word["word"])
            before.append({**word, "word": word["word"][:inside], "end_ms": middle})
            behind.append({**word, "word": word["word"][inside:], "start_ms": middle})
    return before, behind


def _kept(words: Sequence[Word], new: Sequence[str]) -> dict[int, int]:
    """For atoms of the new text the old word that they are; a word is kept whole or not at all."""
    spellings = [keys(word["word"]) for word in words]
    old = [(key, number) for number, spelling in enumerate(spellings) for key in spelling]
    same: dict[int, list[int]] = {}
    for run in runs([key for key, _ in old], [key for word in new for key in keys(word)]):
        if run.same:
            for (_, number), atom in zip(old[run.a_start : run.a_end], range(run.b_start, run.b_end), strict=True):
                same.setdefault(number, []).append(atom)
    return {
        atom: number
        for number, matched in same.items()
        if len(matched) == len(spellings[number]) == matched[-1] - matched[0] + 1
        for atom in matched
    }


def _pieces(text: str, found: Sequence[Atom], kept: dict[int, int]) -> Iterator[_Piece]:
    """Atoms put together to words: those of one old word, and changed ones that no space or script parts."""
    piece: _Piece | None = None
    for number, atom in enumerate(found):
        owner = kept.get(number)
        if piece is not None and owner == piece.kept and (owner is not None or _is_one_word(text, piece, atom)):
            piece.end = atom.end
            continue
        if piece is not None:
            yield piece
        piece = _Piece(atom.start, atom.end, owner)
    if piece is not None:
        yield piece


def _is_one_word(text: str, piece: _Piece, atom: Atom) -> bool:
    """Whether something other than a space joins the two, as in "semi-colon"."""
    between = text[piece.end : atom.start]
    return bool(between) and not any(character.isspace() for character in between)


def _times(pieces: Sequence[_Piece], words: Sequence[Word], start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """When each piece is spoken. What lies between two kept words is shared out among those that stand there now."""
    before = -1
    following = [piece.kept for piece in pieces if piece.kept is not None]
    for is_kept, group in groupby(pieces, key=lambda piece: piece.kept is not None):
        if is_kept:
            for _ in group:
                before = following.pop(0)
                yield words[before]["start_ms"], words[before]["end_ms"]
            continue
        behind = following[0] if following else len(words)
        replaced = [word for word in words[before + 1 : behind] if keys(word["word"])]
        changed = list(group)
        if len(replaced) == len(changed):
            yield from ((word["start_ms"], word["end_ms"]) for word in replaced)
        elif replaced:
            yield from _shared(changed, replaced[0]["start_ms"], replaced[-1]["end_ms"])
        else:
            from_ms = words[before]["end_ms"] if before >= 0 else start_ms
            yield from _shared(changed, from_ms, words[behind]["start_ms"] if behind < len(words) else end_ms)


def _shared(pieces: Sequence[_Piece], from_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
    """The time between the two, by length."""
    total = sum(piece.end - piece.start for piece in pieces)
    span, passed = max(0, until_ms - from_ms), 0
    for piece in pieces:
        start = from_ms + span * passed // total
        passed += piece.end - piece.start
        yield start, from_ms + span * passed // total


def _spelled(text: str, pieces: Sequence[_Piece]) -> Iterator[str]:
    """The text cut between the pieces: a space, and what opens a quotation, belong to the word behind."""
    begin = 0
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        end = len(text) if following is None else _border(text, piece.end, following.start)
        yield text[begin:end]
        begin = end


def _border(text: str, end: int, start: int) -> int:
    between = range(end, start)
    space = next((position for position in between if text[position].isspace()), None)
    opening = next((position for position in between if text[position] in _OPENING), start)
    return opening if space is None else space


def _probability(old: Word, spelling: str) -> float:
    """The engine's own, unless a person wrote the letters in another case."""
    letters = [[text[atom.start : atom.end] for atom in atoms(text)] for text in (old["word"], spelling)]
    return old["probability"] if letters[0] == letters[1] else 1.0
