"""The grammar that makes training and test sentences."""

import random

import pytest

from demo.recipe.grammar import Sentence, is_held_out, sentence
from demo.recipe.lexicon import ADJECTIVES, Adjective
from demo.recipe.scoring import words

DRAWS = 5000


def _draw(count: int, seed: int) -> list[Sentence]:
    rng = random.Random(seed)
    return [sentence(rng) for _ in range(count)]


def test_the_same_seed_draws_the_same_sentences() -> None:
    assert _draw(200, seed=3) == _draw(200, seed=3)
    assert _draw(200, seed=3) != _draw(200, seed=4)


def test_every_sentence_has_a_capital_and_a_final_mark_in_both_languages() -> None:
    for english, spanish in _draw(DRAWS, seed=1):
        assert english[0].isupper()
        assert spanish.lstrip("¿")[0].isupper()
        assert english[-1] == spanish[-1]
        assert english[-1] in ".?"


def test_about_one_sentence_in_twelve_is_held_out() -> None:
    long_sentences = {english for english, _ in _draw(DRAWS, seed=1) if len(english.split()) >= 5}
    share = sum(is_held_out(english) for english in long_sentences) / len(long_sentences)
    assert share == pytest.approx(1 / 12, abs=0.02)


def test_a_short_fixed_phrase_is_never_held_out() -> None:
    assert not any(is_held_out(english) for english, _ in _draw(DRAWS, seed=1) if len(english.split()) < 5)


def test_a_spanish_adjective_agrees_with_its_noun() -> None:
    white = next(adjective for adjective in ADJECTIVES if adjective.english == "white")
    forms = [white.spanish(gender, plural=plural) for gender in ("m", "f") for plural in (False, True)]
    assert forms == ["blanco", "blancos", "blanca", "blancas"]


@pytest.mark.parametrize("adjective", ADJECTIVES, ids=lambda adjective: adjective.english)
def test_both_languages_name_the_same_adjective(adjective: Adjective) -> None:
    forms = set(adjective[1:])
    for english, spanish in _draw(DRAWS, seed=1):
        assert (adjective.english in words(english)) == bool(forms & set(words(spanish)))
