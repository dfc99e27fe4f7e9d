"""Marks on what was looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.models.folding import composed
from transcripts.search.highlighting import ELLIPSIS, highlighted
from transcripts.search.query import parse


def _marked(text: str, query: str, most: int | None = None) -> str:
    fragments = highlighted(text, parse(query), most)
    return "".join(f"[{fragment.text}]" if fragment.marked else fragment.text for fragment in fragments)


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("The budget, again.", "budget", "The [budget], again."),
        ("The budgets.", "budget", "The budgets."),
        ("The budgets.", "budg*", "The [budgets]."),
        ("A town hall in town.", '"town hall"', "A [town hall] in town."),
        ("A town hall in town.", "hall town", "A [town] [hall] in [town]."),
        ("Ein CAFÉ, zwei Cafés.", "cafe", "Ein [CAFÉ], zwei Cafés."),
        ("Cafe\u0301 au lait", "café", "[Café] au lait"),
        ("Die Straße.", "strasse", "Die [Straße]."),
        ("We don't know.", "don't", "We [don't] know."),
        ("plan or budget", "plan OR budget", "[plan] or [budget]"),
        ("plan, no draft", "plan -draft", "[plan], no draft"),
        ("私は東京都に住む", "東京都", "私は[東京都]に住む"),
        ("私は東京都に住む", "東京", "私は[東京]都に住む"),
        ("白い猫がいる", "猫", "白い[猫]がいる"),
        ("<b>bold</b>", "b", "<[b]>bold</[b]>"),
    ],
)
def test_the_words_that_were_looked_for_are_marked(text: str, query: str, marked: str) -> None:
    assert _marked(text, query) == marked


def test_of_a_long_passage_the_part_around_the_first_mark_is_shown() -> None:
    text = "word " * 100 + "needle " + "word " * 100
    shown = _marked(text, "needle", 100)
    assert shown.startswith(ELLIPSIS + "word")
    assert shown.endswith(ELLIPSIS)
    assert "[needle]" in shown
    assert len(shown) == 100 + 2 + 2


def test_a_long_text_without_a_mark_is_shown_from_its_start() -> None:
    assert _marked("word " * 10, "needle", 9) == "word word" + ELLIPSIS


@given(st.text(alphabet=st.characters(), max_size=100), st.text(max_size=20))
def test_fragments_are_the_text_whatever_is_looked_for(text: str, query: str) -> None:
    fragments = highlighted(text, parse(query))
    assert "".join(fragment.text for fragment in fragments) == composed(text)
    assert all(fragment.text for fragment in fragments)
