"""Words as they are compared: what looks alike is alike."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.models.folding import composed, fold, places


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Hello, World!", "hello world"),
        ("don't well-known e.g. C++ 3.5%", "don t well known e g c 3 5"),
        ("ÀÉÎÕÜ çñ ğ ș ẹ̀", "aeiou cn g s e"),
        ("Straße Łódź Ørsted Đorđe Æsop œuvre ıstanbul İzmir", "strasse lodz orsted dorde aesop oeuvre istanbul izmir"),
        ("ﬁne № ① ½ ｆｕｌｌ", "fine no 1 1 2 full"),
        ("ΣΊΣΥΦΟΣ Ὀδυσσεύς", "σισυφοσ οδυσσευσ"),
        ("Ёлка Йод", "елка иод"),
        ("مُحَمَّد إلى أحمد مدرسة كتــاب", "محمد الي احمد مدرسه كتاب"),
        ("فارسی کتاب می‌خواهم", "فارسي كتاب ميخواهم"),
        ("שָׁלוֹם", "שלום"),
        ("٣٤٥ १२", "345 12"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("हिन्दी क़लम", "हिन्दी कलम"),
        ("한국어 안녕", "한국어 안녕"),
        ("東京タワー", "東京 京タ タワ ワー ー"),
        ("か\u3099 が ｶ", "が が カ"),
        ("葛\U000e0100城", "葛城 城"),
        ("ไทย", "ไท ทย ย"),
        ("a東b", "a 東 b"),
        ("\x00\ud800_|\\'\"", ""),
    ],
)
def test_a_text_is_folded_into_words(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_an_endless_word_is_cut() -> None:
    assert fold("a" * 1000) == "a" * 64
    assert len(fold("á" * 100_000)) == 64


@given(st.text(alphabet=st.characters(), max_size=200))
def test_folding_twice_changes_no_spaced_word_and_places_are_those_words(text: str) -> None:
    found = places(composed(text))
    assert " ".join(word for word, _, _ in found) == fold(text)
    for _, start, end in found:
        assert 0 <= start < end <= len(composed(text))


@given(st.text(max_size=50))
def test_the_form_in_which_it_was_typed_does_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
