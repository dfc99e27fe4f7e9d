"""What every format does to text and segments before it writes them."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.exports.documents import document, hostile, said, spelling, texts, unhurried
from transcripts.exports import Document, Line
from transcripts.exports.text import clean, columns, lines


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  two\t words \r\n\r\n here ", "two words here"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("a\x1fb\x85c\u2028d\u2029e\x0bf", "a b c d e f"),
        ("\ufeffstart", "start"),
        ("10\u00a0km", "10\u00a0km"),
        ("a\u00a0 b", "a b"),
        ("全角\u3000空白", "全角 空白"),
        ("\u200fשלום\u200f", "\u200fשלום\u200f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (" \n\x00 ", ""),
    ],
)
def test_text_is_put_on_one_line_without_controls(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@unhurried
@given(texts)
def test_cleaning_keeps_the_spelling_and_leaves_nothing_to_clean(text: str) -> None:
    assert spelling(clean(text)) == spelling(text)
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "width"),
    [("word", 4), ("漢字", 4), ("한글", 4), ("ｶﾅ", 2), ("e\u0301", 1), ("שלום", 4), ("\u200fא", 1), ("", 0)],
)
def test_full_width_characters_count_double_and_accents_nothing(text: str, width: int) -> None:
    assert columns(text) == width


def test_segments_are_sorted_and_empty_ones_left_out() -> None:
    written = lines(document(said("later", 5_000), Line(1_000, 2_000, " \n"), said("sooner", 1_000)))
    assert [line.text for line in written] == ["sooner", "later"]


def test_times_before_zero_and_ends_before_starts_are_mended() -> None:
    written = lines(document(Line(-300, -100, "a"), Line(900, 400, "b")))
    assert [(line.start_ms, line.end_ms) for line in written] == [(0, 0), (900, 900)]


@unhurried
@given(hostile())
def test_any_document_has_lines_in_order_with_the_words_that_were_said(any_document: Document) -> None:
    written = lines(any_document)
    assert all(0 <= line.start_ms <= line.end_ms for line in written)
    assert [line.start_ms for line in written] == sorted(line.start_ms for line in written)
    assert sorted(spelling(line.text) for line in written) == sorted(
        spelling(segment.text) for segment in any_document.segments if spelling(segment.text)
    )
