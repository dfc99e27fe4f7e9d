"""Text as it is looked for: what looks alike is written alike, so that "Čapek" is found by "capek".

The databases are given ready words with a space between them and split there, nowhere else: SQLite and PostgreSQL
index the very same words, whatever their own ideas of letters and languages are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)

# Grows with every change of what `fold` makes of a text: the index is then made anew by the next `migrate`.
FOLDING = 1
# Far beyond any word and any segment; they bound what a hostile edit can put into an index.
_LONGEST_WORD = 64
_MOST_CHARACTERS = 20_000

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Scripts that write no spaces: kana and Han, Thai, Lao, Burmese, Khmer. (Korean has spaces.)
_UNSPACED = (
    r"\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
    r"\u0e00-\u0eff\u1000-\u109f\uaa60-\uaa7f\u1780-\u17ff"
)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|[^ {_UNSPACED}]+")
# Letters that people write without their mark, though Unicode does not take them apart; and Arabic spellings of one
# letter, of which the Persian ones are among the commonest.
_ALIKE = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": "",
})  # fmt: skip
# Combining classes of marks that do not change the letter: accents, Hebrew and Arabic points, the nukta. Not those of
# vowels and tones (Thai, Tibetan), nor of the voicing mark that makes か to が.
_MARKS = frozenset({7, *range(10, 37), *range(200, 241)})
# Marks that only choose among a character's shapes.
_SHAPES = frozenset({0x034F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


def fold(text: str) -> str:
    """The words of `text` with a space between them, fit to be compared: no case, no accents, no punctuation.

    Where a script has no spaces, a word begins at every character and is two characters long (the last is one).
    """
    text = text[:_MOST_CHARACTERS]
    if text.isascii():
        return " ".join(word[:_LONGEST_WORD] for word in _ASCII_WORD.findall(text.lower()))
    return " ".join(word for word, _, _ in _words("".join(map(_folded, composed(text)))))


def composed(text: str) -> str:
    """The same text in Unicode's composed form: what `places` counts in."""
    return unicodedata.normalize("NFC", text)


def places(text: str) -> list[tuple[str, int, int]]:
    """The words that `fold` makes of a `composed` text, each with where it stands in it: (word, start, end)."""
    written, origins = [], []
    for position, character in enumerate(text[:_MOST_CHARACTERS]):
        folded = _folded(character)
        written.append(folded)
        origins += [position] * len(folded)
    return [(word, origins[start], origins[end - 1] + 1) for word, start, end in _words("".join(written))]


def is_unspaced(word: str) -> bool:
    """Whether a word that `fold` made is of a script without spaces."""
    found = _RUN.match(word)
    return found is not None and found["unspaced"] is not None


def _words(folded: str) -> Iterator[tuple[str, int, int]]:
    for run in _RUN.finditer(folded):
        start, end = run.span()
        if run["unspaced"] is None:
            yield run[0][:_LONGEST_WORD], start, end
            continue
        for first in range(start, end):
            last = min(first + 2, end)
            yield folded[first:last], first, last


@lru_cache(maxsize=16384)
def _folded(character: str) -> str:
    """What one character contributes: letters and digits, a space for what parts words, nothing for what does not."""
    kept = "".join(map(_kept, unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())))
    return unicodedata.normalize("NFC", kept.translate(_ALIKE))


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cf", "Cs"} or ord(character) in _SHAPES:
        return ""
    if category == "Mn" and unicodedata.combining(character) in _MARKS:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LNM" else " "


class FoldedField(models.TextField):  # type: ignore[type-arg]  # generic in the stubs only
    """A text of the same row, folded. Written by whatever writes the row: nobody has to think of it."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        """`of` is the name of the field whose text it holds."""
        self.of = of
        super().__init__(*args, **{"editable": False, "blank": True, "default": "", **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """For migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Fold. Called for `save` and `bulk_create` alike."""
        folded = fold(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, folded)
        return folded


class FoldingQuerySet(models.QuerySet[Row]):
    """Updates that keep the folded texts true."""

    def update(self, **kwargs: Any) -> int:
        """As Django's, with what is folded of a changed text.

        Raises:
            TypeError: for a text that only the database knows (an expression), and which therefore cannot be folded.
        """
        for field in _folded_fields(self.model):
            if field.of in kwargs:
                text = kwargs[field.of]
                if not isinstance(text, str):
                    raise TypeError(f"{field.of} can only be set to a text: it would still be found by its old words.")
                kwargs[field.name] = fold(text)
        return super().update(**kwargs)


class FoldedModel(models.Model):
    """A row with folded texts, which `save(update_fields=…)` keeps true."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django's, with what is folded of a changed text."""
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, *(f.name for f in _folded_fields(type(self)) if f.of in fields)}
        super().save(*args, **kwargs)


def _folded_fields(model: type[models.Model]) -> list[FoldedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedField)]
