"""A small bilingual grammar: every sentence exists in English and in Spanish.

`sentence(rng)` draws one. The same seed gives the same sentences, so the training set, the vocabulary and the
test recordings can all be made again. The order of the draws is part of that promise: do not reorder them.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import NamedTuple

from demo.recipe.lexicon import (
    ADJECTIVES,
    AGES,
    CLAIMS,
    COLOURS,
    DAY_PARTS,
    DAYS,
    DAYS_OF_MONTH,
    DIGITS,
    EVENTS,
    HOURS,
    MONTHS,
    NAMES,
    NUMBERS,
    PEOPLE,
    PHRASES,
    PLACES,
    TEAM,
    THINGS,
    VERBS,
    Gender,
    Pair,
)

HELD_OUT_ONE_IN = 12
HELD_OUT_MIN_WORDS = 5


class Sentence(NamedTuple):
    """The same statement twice, each with its capital and its final mark."""

    english: str
    spanish: str


def sentence(rng: random.Random) -> Sentence:
    """Draw one sentence; statements about who did what are the most frequent."""
    make = rng.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()))[0]
    english, spanish = make(rng)
    return Sentence(_capitalised(english), _capitalised(spanish))


def is_held_out(english: str) -> bool:
    """Whether training never sees this sentence: one in twelve by its hash, and none of the short fixed phrases."""
    long_enough = len(english.split()) >= HELD_OUT_MIN_WORDS
    return long_enough and zlib.crc32(english.encode()) % HELD_OUT_ONE_IN == 0


def held_out_sentence(rng: random.Random) -> Sentence:
    """Draw until a sentence comes that training never sees."""
    while True:
        drawn = sentence(rng)
        if is_held_out(drawn.english):
            return drawn


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _the(gender: Gender, *, plural: bool = False) -> str:
    if plural:
        return "los" if gender == "m" else "las"
    return "el" if gender == "m" else "la"


def _subject(rng: random.Random) -> Pair:
    """`the red team`, `the teacher` or `Anna`."""
    if rng.random() < 0.2:
        return rng.choice(NAMES)
    person = rng.choice(PEOPLE)
    article = _the(person.gender)
    if rng.random() < 0.5:
        adjective = rng.choice(COLOURS if person == TEAM else AGES)
        spanish = f"{article} {person.spanish} {adjective.spanish(person.gender)}"
        return Pair(f"the {adjective.english} {person.english}", spanish)
    return Pair(f"the {person.english}", f"{article} {person.spanish}")


def _things(rng: random.Random) -> Pair:
    """`seven boxes` or `seven red boxes`."""
    number, thing = rng.choice(NUMBERS), rng.choice(THINGS)
    if rng.random() < 0.6:
        adjective = rng.choice(ADJECTIVES)
        spanish = f"{number.spanish} {thing.spanish_plural} {adjective.spanish(thing.gender, plural=True)}"
        return Pair(f"{number.english} {adjective.english} {thing.english_plural}", spanish)
    return Pair(f"{number.english} {thing.english_plural}", f"{number.spanish} {thing.spanish_plural}")


def _place(rng: random.Random) -> Pair:
    place = rng.choice(PLACES)
    return Pair(f"the {place.english}", f"{_the(place.gender)} {place.spanish}")


def _deed_on_a_day(rng: random.Random) -> Pair:
    day, subject, verb, things = rng.choice(DAYS), _subject(rng), rng.choice(VERBS), _things(rng)
    return Pair(
        f"{day.english} {subject.english} {verb.english} {things.english}.",
        f"El {day.spanish} {subject.spanish} {verb.spanish} {things.spanish}.",
    )


def _deed_in_a_place(rng: random.Random) -> Pair:
    subject, verb, things, place = _subject(rng), rng.choice(VERBS), _things(rng), _place(rng)
    return Pair(
        f"{subject.english} {verb.english} {things.english} in {place.english}.",
        f"{subject.spanish} {verb.spanish} {things.spanish} en {place.spanish}.",
    )


def _claim(rng: random.Random) -> Pair:
    things, claim = _things(rng), rng.choice(CLAIMS)
    return Pair(f"{claim.english} {things.english}.", f"{claim.spanish} {things.spanish}.")


def _whereabouts(rng: random.Random) -> Pair:
    adjective, thing, place = rng.choice(ADJECTIVES), rng.choice(THINGS), _place(rng)
    subject = f"{_the(thing.gender)} {thing.spanish} {adjective.spanish(thing.gender)}"
    return Pair(
        f"The {adjective.english} {thing.english} is in {place.english}.", f"{subject} está en {place.spanish}."
    )


def _question(rng: random.Random) -> Pair:
    adjective, thing = rng.choice(ADJECTIVES), rng.choice(THINGS)
    article = _the(thing.gender, plural=True)
    return Pair(
        f"Where are the {adjective.english} {thing.english_plural}?",
        f"¿Dónde están {article} {thing.spanish_plural} {adjective.spanish(thing.gender, plural=True)}?",
    )


def _appointment(rng: random.Random) -> Pair:
    hour, part, event = rng.choice(HOURS), rng.choice(DAY_PARTS), rng.choice(EVENTS)
    return Pair(
        f"The {event.english} starts at {hour.english} in the {part.english}.",
        f"La {event.spanish} empieza a las {hour.spanish} de la {part.spanish}.",
    )


def _code(rng: random.Random) -> Pair:
    digits = [rng.choice(DIGITS) for _ in range(rng.randint(3, 5))]
    english = " ".join(digit.english for digit in digits)
    spanish = " ".join(digit.spanish for digit in digits)
    return Pair(f"The code is {english}.", f"El código es {spanish}.")


def _introduction(rng: random.Random) -> Pair:
    name, place = rng.choice(NAMES), _place(rng)
    return Pair(
        f"My name is {name.english} and I work in {place.english}.",
        f"Me llamo {name.spanish} y trabajo en {place.spanish}.",
    )


def _company(rng: random.Random) -> Pair:
    one, other, place = rng.choice(NAMES), rng.choice(NAMES), _place(rng)
    return Pair(
        f"{one.english} and {other.english} are in {place.english}.",
        f"{one.spanish} y {other.spanish} están en {place.spanish}.",
    )


def _date(rng: random.Random) -> Pair:
    day, number, month = rng.choice(DAYS), rng.choice(DAYS_OF_MONTH), rng.choice(MONTHS)
    return Pair(
        f"Today is {day.english}, {month.english} {number.english}.",
        f"Hoy es {day.spanish}, {number.spanish} de {month.spanish}.",
    )


def _request(rng: random.Random) -> Pair:
    things, name = _things(rng), rng.choice(NAMES)
    return Pair(
        f"Please bring {things.english} for {name.english}.",
        f"Por favor trae {things.spanish} para {name.spanish}.",
    )


def _greeting(rng: random.Random) -> Pair:
    if rng.random() < 0.35:
        name = rng.choice(NAMES)
        return Pair(f"Hello {name.english}.", f"Hola {name.spanish}.")
    return rng.choice(PHRASES)


_WEIGHTS: dict[Callable[[random.Random], Pair], int] = {
    _deed_on_a_day: 5,
    _deed_in_a_place: 4,
    _claim: 3,
    _whereabouts: 3,
    _question: 2,
    _appointment: 3,
    _code: 2,
    _introduction: 2,
    _company: 2,
    _date: 2,
    _request: 2,
    _greeting: 2,
}
