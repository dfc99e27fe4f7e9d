"""Tables, read back by Python's csv module."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given

from tests.exports.documents import document, hostile, said, spelling, unhurried
from transcripts.exports import FORMATS, Document, Line

HEAD = ["start_ms", "end_ms", "start", "end", "speaker", "text"]


def comma_separated(exported: Document) -> list[list[str]]:
    return list(csv.reader(io.StringIO(FORMATS["csv"].render(exported).decode("utf-8-sig"), newline="")))


def tab_separated(exported: Document) -> list[list[str]]:
    text = FORMATS["tsv"].render(exported).decode()
    return [row.split("\t") for row in text.removesuffix("\n").split("\n")]


def test_csv_has_a_byte_order_mark_crlf_and_quotation_marks_where_needed() -> None:
    talk = document(said('He said "no", twice.', 9_999, 500, speaker="Ana"), Line(216_000_000, 216_000_500, "End"))
    assert FORMATS["csv"].render(talk) == (
        b"\xef\xbb\xbfstart_ms,end_ms,start,end,speaker,text\r\n"
        b'9999,11999,00:00:09.999,00:00:11.999,Ana,"He said ""no"", twice."\r\n'
        b"216000000,216000500,60:00:00.000,60:00:00.500,,End\r\n"
    )


def test_tsv_has_the_columns_of_whisper() -> None:
    talk = document(Line(0, 9_999, "tab\there\nand\r\nthere"), Line(216_000_000, 216_000_500, '"End"'))
    assert FORMATS["tsv"].render(talk) == (
        b'start\tend\ttext\n0\t9999\ttab here and there\n216000000\t216000500\t"End"\n'
    )


@pytest.mark.parametrize(
    ("said_text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5 degrees", "'-5 degrees"),
        ("@home", "'@home"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("＝1", "'＝1"),
        ('"=1', "'\"=1"),
        ("a;=1", "a;'=1"),
        ("a; =1", "a;' =1"),
        ("1=1", "1=1"),
        ("well - no", "well - no"),
        ("a, -5", "a, -5"),
    ],
)
def test_a_cell_that_would_run_as_a_formula_is_made_text(said_text: str, cell: str) -> None:
    talk = document(Line(0, 1, said_text, speaker=said_text))
    assert comma_separated(talk)[1][4:] == [cell, cell]
    assert tab_separated(talk)[1][2] == cell


@unhurried
@given(hostile())
def test_csv_reads_the_times_and_words_of_each_segment(any_document: Document) -> None:
    head, *rows = comma_separated(any_document)
    assert head == HEAD
    assert_rows([(row[0], row[1], row[5]) for row in rows], any_document)
    assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@unhurried
@given(hostile())
def test_tsv_reads_the_times_and_words_of_each_segment(any_document: Document) -> None:
    head, *rows = tab_separated(any_document)
    assert head == ["start", "end", "text"]
    assert_rows([(start, end, text) for start, end, text in rows], any_document)
    assert all(not row[2].startswith(("=", "+", "-", "@")) for row in rows)


def assert_rows(rows: list[tuple[str, str, str]], exported: Document) -> None:
    """Apostrophes apart, which guard, the rows say what the segments say, at their times (mended where impossible)."""
    expected = [
        (max(0, line.start_ms), max(0, line.start_ms, line.end_ms), spelling(line.text).replace("'", ""))
        for line in exported.segments
        if spelling(line.text)
    ]
    found = [(int(start), int(end), spelling(text).replace("'", "")) for start, end, text in rows]
    assert sorted(found) == sorted(expected)
