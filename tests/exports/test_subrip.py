"""SubRip, read back by the `srt` package."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import srt
from hypothesis import given

from tests.exports.documents import document, hostile, orderly, profiles, said, spelling, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Line, SubtitleProfile, cues

VERBATIM = ExportOptions(profile=None)
# The package takes a line of digits before a line with a time for a new cue even inside a cue, which needs three lines.
two_lines = profiles.map(lambda profile: replace(profile, max_lines=min(profile.max_lines, 2)))


def written(exported: Document, options: ExportOptions | None = None) -> str:
    return FORMATS["srt"].render(exported, options).decode()


def ms(milliseconds: int) -> timedelta:
    return timedelta(milliseconds=milliseconds)


def letters(text: str) -> str:
    """The spelling without the signs that SubRip cannot hold: arrows and tags are written otherwise."""
    return spelling(text).translate(dict.fromkeys(map(ord, "->→\u2060")))


def test_a_file_is_numbered_cues_with_commas_in_their_times() -> None:
    talk = document(
        said("Good evening.", 0, 1_000), said("We begin.", 9_999, 1_000), said("We end.", 216_000_000, 1_000)
    )
    assert written(talk) == (
        "1\n00:00:00,000 --> 00:00:02,000\nGood evening.\n\n"
        "2\n00:00:09,999 --> 00:00:11,999\nWe begin.\n\n"
        "3\n60:00:00,000 --> 60:00:02,000\nWe end.\n"
    )


def test_a_name_stands_before_the_first_words_of_a_speaker_and_counts_for_the_width() -> None:
    options = ExportOptions(profile=SubtitleProfile(max_characters=20))
    talk = document(said("Sixteen letters.", 0, 1_000, speaker="Ana"), said("Yes.", 2_000, 1_000, speaker="Ana"))
    assert [cue.content for cue in srt.parse(written(talk, options))] == ["Ana:\nSixteen letters.", "Yes."]


def test_a_name_does_not_move_the_words_behind_it() -> None:
    options = ExportOptions(SubtitleProfile(max_characters=10, max_lines=1))
    paused = document(said("One, two, three, four.", 0, 100, pause_ms=1_900, speaker="Ana"))
    assert [cue.start for cue in srt.parse(written(paused, options))] == [
        ms(0),
        ms(2_000),
        ms(4_000),
        ms(6_000),
    ]


def test_names_can_be_left_out() -> None:
    talk = document(said("Good evening.", speaker="Ana"))
    assert "Ana" not in written(talk, ExportOptions(speakers=False))


def test_a_cue_inside_a_text_stays_text() -> None:
    forged = "Hi\n\n2\n00:00:05,000 --> 00:00:06,000\nforged"
    assert written(document(Line(0, 9_000, forged)), VERBATIM) == (
        "1\n00:00:00,000 --> 00:00:09,000\nHi 2 00:00:05,000 → 00:00:06,000 forged\n"
    )


def test_every_arrow_that_a_lenient_reader_takes_for_one_is_written_otherwise() -> None:
    text = written(document(Line(0, 9_000, "a --> b -- > c - > d -> e")), VERBATIM)
    assert text.splitlines()[2] == "a → b → c → d -> e"


def test_tags_become_text_by_an_invisible_joiner() -> None:
    text = written(document(Line(0, 9_000, "<i>a</i> {\\an8} 1 < 2 {x}")), VERBATIM)
    assert text.splitlines()[2] == "<\u2060i>a<\u2060/i> {\u2060\\an8} 1 < 2 {\u2060x}"


def test_a_document_without_words_is_an_empty_file() -> None:
    assert written(document(Line(0, 1_000, " "))) == ""


@unhurried
@given(orderly())
def test_srt_reads_segments_at_their_own_times(spoken: Document) -> None:
    read = [
        (cue.index, cue.start, cue.end, cue.content) for cue in srt.parse(written(spoken, ExportOptions(None, False)))
    ]
    assert read == [
        (number, ms(line.start_ms), ms(line.end_ms), line.text) for number, line in enumerate(spoken.segments, start=1)
    ]


@unhurried
@given(hostile(), two_lines)
def test_srt_reads_the_cues_of_any_document(any_document: Document, profile: SubtitleProfile) -> None:
    read = list(srt.parse(written(any_document, ExportOptions(profile, speakers=False))))
    expected = cues(any_document, profile)
    assert [(cue.start, cue.end) for cue in read] == [(ms(cue.start_ms), ms(cue.end_ms)) for cue in expected]
    assert [letters(cue.content) for cue in read] == [letters("".join(cue.lines)) for cue in expected]


@unhurried
@given(hostile(), two_lines)
def test_srt_reads_every_letter_that_was_said(any_document: Document, profile: SubtitleProfile) -> None:
    read = srt.parse(written(any_document, ExportOptions(profile, speakers=False)))
    said_letters = "".join(letters(segment.text) for segment in any_document.segments)
    assert sorted("".join(letters(cue.content) for cue in read)) == sorted(said_letters)


@unhurried
@given(hostile())
def test_names_never_break_a_cue(any_document: Document) -> None:
    read = list(srt.parse(written(any_document, VERBATIM)))
    assert [cue.index for cue in read] == list(range(1, len(cues(any_document, None)) + 1))
