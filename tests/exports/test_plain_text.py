"""Plain text."""

from __future__ import annotations

from hypothesis import given

from tests.exports.documents import document, hostile, said, spelling, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Line

TALK = document(
    said("Good evening.", 1_000, speaker="Ana"),
    said("We begin.", 3_000, speaker="Ana"),
    said("שלום לכולם", 216_000_000, speaker="בועז"),
)


def written(exported: Document, options: ExportOptions | None = None) -> str:
    return FORMATS["txt"].render(exported, options).decode()


def test_a_name_stands_where_the_speaker_changes() -> None:
    assert written(TALK) == "Ana: Good evening.\nWe begin.\nבועז: שלום לכולם\n"


def test_names_can_be_left_out() -> None:
    assert written(TALK, ExportOptions(speakers=False)) == "Good evening.\nWe begin.\nשלום לכולם\n"


def test_times_can_be_put_in_front() -> None:
    assert written(TALK, ExportOptions(timestamps=True)) == (
        "[00:00:01.000] Ana: Good evening.\n[00:00:03.000] We begin.\n[60:00:00.000] בועז: שלום לכולם\n"
    )


def test_a_segment_with_line_breaks_stays_one_line() -> None:
    assert written(document(Line(0, 1_000, "one\r\n\r\ntwo\u2028three"))) == "one two three\n"


@unhurried
@given(hostile())
def test_there_is_a_line_for_each_segment_that_says_something(any_document: Document) -> None:
    rows = written(any_document, ExportOptions(speakers=False)).split("\n")[:-1]
    said_something = [spelling(segment.text) for segment in any_document.segments if spelling(segment.text)]
    assert sorted(map(spelling, rows)) == sorted(said_something)
