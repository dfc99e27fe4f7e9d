"""What a person typed into the search box, as what is looked for. Whatever was typed means something or nothing.

    words          all of them, in one passage and in any order
    "a phrase"     these words in this order
    pre*           a word that begins so
    -word          no passage that contains it; also -"a phrase" and -pre*
    this OR that   either side; it binds less than the blank between two words

An operator where it can mean nothing (an OR at either end, a lone asterisk) is a word, or nothing if it holds none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from transcripts.models.folding import fold, is_unspaced

# What lies beyond is not looked at: nobody types it, and each word costs the database a walk.
MOST_CHARACTERS = 500
_MOST_TERMS = 30

_QUOTES = str.maketrans("“”„«»‟", '""""""')
_PIECE = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?(?P<phrase_star>\*?)|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that follow one another; with `prefix` the last is the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A passage is found if it holds every term of one of the `alternatives`, and none that is `excluded`.

    False where nothing is looked for: exclusions alone find nothing.
    """

    alternatives: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.alternatives)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term that is looked for, each once."""
        return tuple(dict.fromkeys(term for terms in self.alternatives for term in terms))


def parse(text: str) -> Query:
    """What `text` asks for. Never raises."""
    reading = _Reading()
    for piece in list(_PIECE.finditer(text[:MOST_CHARACTERS].translate(_QUOTES)))[:_MOST_TERMS]:
        reading.take(piece)
    return reading.query()


def words_of(text: str) -> Query:
    """All the words of a plain text, as `parse` finds them, with no operators."""
    found = [term for word in text[:MOST_CHARACTERS].split()[:_MOST_TERMS] if (term := _term(word, prefix=False))]
    return Query((tuple(found),) if found else ())


@dataclass(slots=True)
class _Reading:
    """The query as far as it has been read."""

    alternatives: list[list[Term]] = field(default_factory=lambda: [[]])
    excluded: list[Term] = field(default_factory=list)
    pending_or: bool = False

    def take(self, piece: re.Match[str]) -> None:
        word = piece["word"]
        if piece[0] == "OR" and self.alternatives[-1] and not self.pending_or:
            self.pending_or = True
            return
        text = piece["phrase"] if word is None else word
        prefix = bool(piece["phrase_star"]) if word is None else word.endswith("*")
        term = _term(text, prefix=prefix)
        if term is None:
            return
        if piece["minus"]:
            self.excluded.append(term)
            return
        if self.pending_or:
            self.alternatives.append([])
            self.pending_or = False
        self.alternatives[-1].append(term)

    def query(self) -> Query:
        if self.pending_or:
            self.alternatives[-1].append(Term(("or",)))
        found = tuple(tuple(dict.fromkeys(terms)) for terms in self.alternatives if terms)
        return Query(found, tuple(dict.fromkeys(self.excluded)))


def _term(text: str, *, prefix: bool) -> Term | None:
    """The term that `text` is, or None if it holds no word.

    The last word of a script without spaces is one character, which in the index begins a word of two: it is looked for
    as a beginning, or left out where the word before it holds it already.
    """
    words = fold(text).split()
    if not words:
        return None
    if len(words[-1]) == 1 and is_unspaced(words[-1]):
        if len(words) > 1 and is_unspaced(words[-2]) and words[-2][1:] == words[-1]:
            words.pop()
        else:
            prefix = True
    return Term(tuple(words), prefix)
