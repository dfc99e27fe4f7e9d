"""What was typed, and what it asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thorough import thorough
from transcripts.search.query import MOST_CHARACTERS, Query, Term, parse, words_of


def _asks(*alternatives: list[str], without: tuple[str, ...] = ()) -> Query:
    return Query(
        tuple(tuple(map(_term, terms)) for terms in alternatives),
        tuple(map(_term, without)),
    )


def _term(text: str) -> Term:
    return Term(tuple(text.removesuffix("*").split()), text.endswith("*"))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("budget", _asks(["budget"])),
        ("  Budget   MEETING ", _asks(["budget", "meeting"])),
        ('"budget meeting"', _asks(["budget meeting"])),
        ("“budget meeting”", _asks(["budget meeting"])),
        ("„Der Haushalt“", _asks(["der haushalt"])),
        ('"budget meeting', _asks(["budget meeting"])),
        ("budg*", _asks(["budg*"])),
        ('"town hall budg"*', _asks(["town hall budg*"])),
        ('"town hall budg*"', _asks(["town hall budg"])),
        ("budget -draft", _asks(["budget"], without=("draft",))),
        ('budget -"first draft" -old*', _asks(["budget"], without=("first draft", "old*"))),
        ("budget OR plan", _asks(["budget"], ["plan"])),
        ("town budget OR plan", _asks(["town", "budget"], ["plan"])),
        ("budget OR plan -draft", _asks(["budget"], ["plan"], without=("draft",))),
        ("budget or plan", _asks(["budget", "or", "plan"])),
        ("don't", _asks(["don t"])),
        ("well-known", _asks(["well known"])),
        ("a-", _asks(["a"])),
        ("budget budget", _asks(["budget"])),
    ],
)
def test_a_query_asks_for_what_its_signs_say(typed: str, asked: Query) -> None:
    assert parse(typed) == asked


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("OR", _asks(["or"])),
        ("OR budget", _asks(["or", "budget"])),
        ("budget OR", _asks(["budget", "or"])),
        ("budget OR OR plan", _asks(["budget"], ["or", "plan"])),
        ("budget - plan", _asks(["budget", "plan"])),
        ("budget * plan", _asks(["budget", "plan"])),
        ("(budget) AND [plan]", _asks(["budget", "and", "plan"])),
        ("budget & !plan | x:*", _asks(["budget", "plan", "x*"])),
        ("words:budget NEAR(a b)", _asks(["words budget", "near a", "b"])),
        ("--budget plan", _asks(["plan"], without=("budget",))),
    ],
)
def test_a_sign_that_means_nothing_is_a_word_or_nothing(typed: str, asked: Query) -> None:
    assert parse(typed) == asked


@pytest.mark.parametrize("typed", ["", "   ", '"', '""', "-", "*", "-*", '-"', "?!", "…", "-draft", '-"a b" -c'])
def test_without_a_word_to_look_for_nothing_is_asked(typed: str) -> None:
    assert not parse(typed)


def test_what_nobody_types_is_not_read_to_its_end() -> None:
    assert len(parse("a b c d " * 10_000).terms) == 4
    assert len(parse(" ".join(f"w{i}" for i in range(1000))).terms) == 30
    assert parse("a" * 10_000) == parse("a" * MOST_CHARACTERS)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("東京", _asks(["東京"])),
        ("東京都", _asks(["東京 京都"])),
        ("猫", _asks(["猫*"])),
        ("東京 2020", _asks(["東京", "2020"])),
        ("東京2020", _asks(["東京 京 2020"])),
        ("ประเทศไทย", _asks(["ปร ระ ะเ เท ทศ ศไ ไท ทย"])),
        ("한국어", _asks(["한국어"])),
    ],
)
def test_scripts_without_spaces_are_looked_for_two_characters_at_a_time(typed: str, asked: Query) -> None:
    assert parse(typed) == asked


def test_plain_words_have_no_operators() -> None:
    assert words_of('Anna OR "Ben" -Cem*') == _asks(["anna", "or", "ben", "cem"])
    assert not words_of(" - ")


@given(st.text(alphabet=st.characters(), max_size=600))
@thorough(100)
def test_any_text_is_a_query_of_clean_words(typed: str) -> None:
    query = parse(typed)
    for term in (*query.terms, *query.excluded):
        assert term.words
        for word in term.words:
            assert word
            assert not set(word) & set(" '\"\\\x00@:*")
            word.encode()  # no half of a character
