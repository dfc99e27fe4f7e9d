"""Languages: what a person or program writes, and the near misses of whoever mistypes one."""

from __future__ import annotations

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES
from hypothesis import given
from hypothesis import strategies as st

from transcripts.languages import NAMES, UnknownLanguage, language_code, language_name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        (" en ", "en"),
        ("en-US", "en"),
        ("pt_BR", "pt"),
        ("zh-Hant-TW", "zh"),
        ("English", "en"),
        ("haitian creole", "ht"),
        ("yue", "yue"),
    ],
)
def test_a_language_may_be_written_as_code_locale_or_english_name(written: str, code: str) -> None:
    assert language_code(written) == code


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("englsh", "en (English)"),
        ("spansh", "es (Spanish)"),
        ("germn", "de (German)"),
        ("Frensh", "fr (French)"),
        ("ukranian", "uk (Ukrainian)"),
    ],
)
def test_a_near_miss_is_answered_with_what_was_probably_meant(written: str, hint: str) -> None:
    with pytest.raises(UnknownLanguage) as refusal:
        language_code(written)
    assert f"Unknown language {written!r}. Did you mean " in str(refusal.value)
    assert hint in str(refusal.value)


def test_what_is_near_to_nothing_is_answered_with_an_example() -> None:
    with pytest.raises(UnknownLanguage, match=r"Unknown language '123'\. Use an ISO 639-1 code such as en, es or de\."):
        language_code("123")


@given(st.text(max_size=50))
def test_any_text_gives_a_code_of_whispers_or_a_refusal(text: str) -> None:
    try:
        assert language_code(text) in NAMES
    except UnknownLanguage as refusal:
        assert len(str(refusal)) < 500  # noqa: PT017  # both ends are right


def test_a_megabyte_of_language_is_refused_in_one_line() -> None:
    with pytest.raises(UnknownLanguage) as refusal:
        language_code("x" * 1_000_000)
    assert len(str(refusal.value)) < 200


def test_the_list_is_that_of_the_speech_model() -> None:
    assert set(NAMES) == set(_LANGUAGE_CODES)


def test_a_code_has_a_name_to_be_shown_by() -> None:
    assert language_name("es") == "Spanish"
    assert language_name("tlh") == "Tlh"
