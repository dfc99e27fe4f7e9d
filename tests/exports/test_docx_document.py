"""Word documents, as python-docx reads them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml.ns import qn
from hypothesis import given, settings

from tests.exports.documents import PROVENANCE, document, hostile, said, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Line, Provenance
from transcripts.exports.text import lines

HOUR = 3_600_000


def _read(of: Document, options: ExportOptions | None = None) -> Any:
    return docx.Document(io.BytesIO(FORMATS["docx"].render(of, options)))


def _texts(file: Any) -> list[str]:
    return [paragraph.text for paragraph in file.paragraphs if paragraph.text]


def test_paragraphs_stand_under_their_speaker_and_the_time_of_their_first_word() -> None:
    written = document(
        Line(0, 1_000, " Good morning.", "Ana"),
        Line(1_000, 9_999, " We begin.", "Ana"),
        Line(10_000, 11_000, " Thank you.", "Bo"),
        Line(13_000, 14_000, " After a silence.", "Bo"),
        Line(61 * HOUR, 61 * HOUR + 5, " The end.", ""),
    )
    assert _texts(_read(written)) == [
        "Council",
        "Ana 00:00:00.000",
        "Good morning. We begin.",
        "Bo 00:00:10.000",
        "Thank you.",
        "00:00:13.000",
        "After a silence.",
        "61:00:00.000",
        "The end.",
    ]
    assert "Ana" not in " ".join(_texts(_read(written, ExportOptions(speakers=False))))


def test_a_long_speech_has_more_than_one_paragraph() -> None:
    lines = [Line(i * 1_000, i * 1_000 + 1_000, f" {'word ' * 20}.") for i in range(14)]
    texts = _texts(_read(document(*lines)))
    assert texts[1::2] == ["00:00:00.000", "00:00:06.000", "00:00:12.000"]


def test_chinese_is_put_together_without_spaces() -> None:
    assert _texts(_read(document(Line(0, 1, "今天"), Line(1, 2, "天气。"))))[-1] == "今天天气。"


def test_the_origin_is_a_table_and_can_be_left_out() -> None:
    (table,) = _read(document(said("one"))).tables
    told = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert told["Media SHA-256"] == PROVENANCE.media_sha256
    assert (told["Model"], told["Model revision"]) == ("large-v3-turbo", "41f01f3")
    assert (told["Edit revision"], told["Reviewer"]) == ("3", "Ana")
    assert "beam_size" in told["Parameters"]
    assert _read(document(said("one")), ExportOptions(provenance=False)).tables == []


def test_the_file_tells_of_the_transcript_and_not_of_the_export() -> None:
    about = _read(document(said("one"))).core_properties
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert (about.title, about.language, about.revision) == ("Council", "en", 4)
    assert (about.created, about.modified) == (at, at)
    assert (about.author, about.comments, about.last_modified_by) == ("", "", "")


def test_no_part_of_the_package_tells_when_it_was_packed() -> None:
    first = FORMATS["docx"].render(document(said("one")))
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.testzip() is None


def test_right_to_left_paragraphs_are_marked_as_such() -> None:
    file = _read(document(Line(0, 1, "שלום, 3"), Line(9_000, 9_001, "Hello")))
    marked = {p.text: p._p.pPr is not None and p._p.pPr.find(qn("w:bidi")) is not None for p in file.paragraphs}
    assert marked["שלום, 3"]
    assert not marked["Hello"]


def test_a_document_without_words_or_dates_can_be_written() -> None:
    assert _texts(_read(Document("", "", 0, (), Provenance("", "", "", "")))) == []


@settings(unhurried, max_examples=20)
@given(hostile())
def test_any_document_is_written_twice_the_same_and_can_be_read_again(any_document: Document) -> None:
    written = FORMATS["docx"].render(any_document)
    assert FORMATS["docx"].render(any_document) == written
    read = docx.Document(io.BytesIO(written))
    text = "".join(_texts(read))
    assert [line.text for line in lines(any_document) if line.text.isalnum() and line.text not in text] == []
