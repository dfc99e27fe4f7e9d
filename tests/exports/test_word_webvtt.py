"""WebVTT with word times, and word by word."""

from __future__ import annotations

import html
import re
from itertools import groupby, pairwise

from hypothesis import given

from tests.exports.documents import document, hostile, orderly, profiles, said, spelling, unhurried
from tests.exports.test_webvtt import read
from transcripts.exports import FORMATS, Document, ExportOptions, Line, SubtitleProfile, Timed, cues

PLAIN = ExportOptions(speakers=False, provenance=False)


def timed(exported: Document, options: ExportOptions = PLAIN) -> str:
    return FORMATS["vtt-words"].render(exported, options).decode()


def highlighted(exported: Document, options: ExportOptions = PLAIN) -> str:
    return FORMATS["vtt-highlight"].render(exported, options).decode()


def stamp_ms(stamp: str) -> int:
    hours, minutes, seconds = stamp.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + int(seconds.replace(".", ""))


def test_every_word_after_the_first_stands_behind_its_time() -> None:
    assert timed(document(said("Good evening, all.", 1_000, 500))) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGood <00:00:01.500>evening, <00:00:02.000>all.\n"
    )


def test_times_stand_inside_the_voice_and_on_the_second_line() -> None:
    options = ExportOptions(SubtitleProfile(max_characters=13), provenance=False)
    text = timed(document(said("Good evening, all of you.", 0, 500, speaker="Ana")), options)
    assert text.splitlines()[3:5] == [
        "<v Ana>Good <00:00:00.500>evening,",
        "<00:00:01.000>all <00:00:01.500>of <00:00:02.000>you.",
    ]


def test_words_at_one_time_share_it() -> None:
    words = (Timed("a", 0, 0), Timed(" b", 0, 500), Timed(" c", 500, 900), Timed(" d", 500, 1_000))
    assert timed(document(Line(0, 1_000, "a b c d", words=words))).splitlines()[3] == "a b <00:00:00.500>c d"


@unhurried
@given(hostile(), profiles)
def test_times_rise_within_their_cue_as_the_specification_asks(
    any_document: Document, profile: SubtitleProfile
) -> None:
    text = timed(any_document, ExportOptions(profile, speakers=False, provenance=False))
    for start, end, payload in re.findall(r"^(\S+) --> (\S+)\n(.*?)\n(?:\n|\Z)", text, re.MULTILINE | re.DOTALL):
        stamps = [stamp_ms(start), *map(stamp_ms, re.findall(r"<([\d:.]+)>", payload)), stamp_ms(end)]
        assert all(earlier < later for earlier, later in pairwise(stamps))


@unhurried
@given(hostile(), profiles)
def test_webvtt_reads_the_same_cues_as_without_times(any_document: Document, profile: SubtitleProfile) -> None:
    expected = [(cue.start_ms, cue.end_ms, "\n".join(cue.lines)) for cue in cues(any_document, profile)]
    assert read(timed(any_document, ExportOptions(profile))) == expected


@unhurried
@given(orderly())
def test_every_word_of_speech_has_its_own_time(spoken: Document) -> None:
    """Words with time of their own, in Latin letters: each is the cue's first, or behind the time it was said at."""
    text = timed(spoken, ExportOptions(profile=None, speakers=False, provenance=False))
    found = []
    for start, payload in re.findall(r"^(\S+) --> \S+\n(.*)$", text, re.MULTILINE):
        pieces = re.split(r"<([\d:.]+)>", payload)
        found += [(spelling(pieces[0]), stamp_ms(start))]
        found += [(spelling(word), stamp_ms(at)) for at, word in zip(pieces[1::2], pieces[2::2], strict=True)]
    assert [entry for entry in found if entry[0].isascii()] == [
        (spelling(word.text), word.start_ms) for line in spoken.segments for word in line.words if word.text.isascii()
    ]


def test_each_word_is_underlined_while_it_is_spoken() -> None:
    assert highlighted(document(said("Good evening, all.", 1_000, 500))) == (
        "WEBVTT\n"
        "\n00:00:01.000 --> 00:00:01.500\n<u>Good</u> evening, all.\n"
        "\n00:00:01.500 --> 00:00:02.000\nGood <u>evening,</u> all.\n"
        "\n00:00:02.000 --> 00:00:02.500\nGood evening, <u>all.</u>\n"
    )


def test_an_underlined_word_is_escaped() -> None:
    assert highlighted(document(Line(0, 1_000, "</u>"))).splitlines()[3] == "<u>&lt;/u&gt;</u>"


@unhurried
@given(hostile(), profiles)
def test_together_the_moments_of_a_cue_are_its_time_and_show_its_text(
    any_document: Document, profile: SubtitleProfile
) -> None:
    moments = read(highlighted(any_document, ExportOptions(profile)))
    for cue in cues(any_document, profile):
        text = "\n".join(cue.lines)
        own = [moment for moment in moments if cue.start_ms <= moment[0] < cue.end_ms]
        assert (own[0][0], own[-1][1]) == (cue.start_ms, cue.end_ms)
        assert all(before[1] == after[0] for before, after in pairwise(own))
        assert {shown for _, _, shown in own} == {text}


@unhurried
@given(orderly())
def test_words_are_underlined_one_after_the_other(spoken: Document) -> None:
    payloads = re.findall(r"-->.*\n((?:.+\n)+)", highlighted(spoken))
    marked = [html.unescape(re.findall(r"<u>(.*?)</u>", payload)[0]) for payload in payloads]
    assert all(payload.count("<u>") == 1 for payload in payloads)
    # Where several cues of one moment would be needed a word may be passed over; no word is shown twice or early.
    words = [token.text for cue in cues(spoken, PLAIN.profile) for row in cue.rows for token in row]
    position = iter(words)
    assert all(word in position for word in marked)


def test_without_a_profile_cues_are_cut_all_the_same_to_bound_the_file() -> None:
    long = document(Line(0, 600_000, "word " * 2_000))
    verbatim = ExportOptions(profile=None)
    assert max(len(text) for _, _, text in read(highlighted(long, verbatim))) <= 85
    assert [len(list(group)) for _, group in groupby(read(timed(long, verbatim)), key=lambda cue: cue[0])] == [1]
