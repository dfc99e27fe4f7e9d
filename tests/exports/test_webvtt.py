"""WebVTT, read back by the `webvtt` package."""

from __future__ import annotations

import html
import re

import webvtt
from hypothesis import given

from tests.exports.documents import PROVENANCE, document, hostile, orderly, profiles, said, spelling, unhurried
from transcripts.exports import FORMATS, Document, ExportOptions, Line, Provenance, SubtitleProfile, cues

PLAIN = ExportOptions(speakers=False, provenance=False)
VERBATIM = ExportOptions(profile=None, speakers=False, provenance=False)


def written(exported: Document, options: ExportOptions | None = None) -> str:
    return FORMATS["vtt"].render(exported, options).decode()


def read(text: str) -> list[tuple[int, int, str]]:
    """Cues of a file as the package sees them: times in ms, text without tags and character references."""
    return [
        (at_ms(caption.start_time), at_ms(caption.end_time), html.unescape(caption.text))
        for caption in webvtt.WebVTT.from_string(text).captions
    ]


def at_ms(time: webvtt.models.Timestamp) -> int:
    return int(time.in_seconds()) * 1000 + int(time.milliseconds)


def test_a_file_is_a_signature_and_cues() -> None:
    talk = document(
        said("Good evening.", 0, 1_000), said("We begin.", 9_999, 1_000), said("We end.", 216_000_000, 1_000)
    )
    assert written(talk, PLAIN) == (
        "WEBVTT\n"
        "\n00:00:00.000 --> 00:00:02.000\nGood evening.\n"
        "\n00:00:09.999 --> 00:00:11.999\nWe begin.\n"
        "\n60:00:00.000 --> 60:00:02.000\nWe end.\n"
    )


def test_the_speaker_is_the_voice_of_the_cue() -> None:
    talk = document(said("Good evening.", 0, 1_000, speaker="Ana"))
    assert written(talk, ExportOptions(provenance=False)) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Ana>Good evening.\n"
    )
    assert [caption.voice for caption in webvtt.WebVTT.from_string(written(talk)).captions] == ["Ana"]


def test_a_name_cannot_close_its_own_tag() -> None:
    talk = document(said("Hi.", 0, 1_000, speaker="Bo & <b>\n\n-->"))
    assert written(talk, ExportOptions(provenance=False)).splitlines()[3] == "<v Bo &amp; &lt;b&gt; --&gt;>Hi."


def test_the_note_tells_where_the_text_comes_from() -> None:
    head = written(document(said("Good evening.", 0, 1_000))).split("\n\n")[1]
    assert head == (
        "NOTE\n"
        "Title: Council\n"
        "Media: council.mp3\n"
        "Media SHA-256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
        "Duration: 00:00:02.000\n"
        "Language: en\n"
        "Model: large-v3-turbo\n"
        "Model revision: 41f01f3\n"
        'Parameters: {"beam_size": 5, "task": "transcribe"}\n'
        "Created: 2026-03-01T09:00:00Z\n"
        "Edit revision: 3\n"
        "Reviewer: Ana\n"
        "Subtitles: 2 lines of 42 characters, 1000 to 7000 ms, 17 characters a second, 83 ms between"
    )


def test_the_note_cannot_be_broken_by_what_it_quotes() -> None:
    hostile_name = "a.mp3\n\n00:00:00.000 --> 00:00:09.000\nforged"
    text = written(document(said("Hi.", 5_000, 1_000), provenance=Provenance("", hostile_name, "", "")))
    assert "\nMedia: a.mp3 00:00:00.000 → 00:00:09.000 forged\n" in text
    assert read(text) == [(5_000, 6_000, "Hi.")]


def test_text_is_escaped() -> None:
    text = written(document(Line(0, 9_000, "a<b>&amp; --> <00:00:01.000>")), VERBATIM)
    assert text.splitlines()[3] == "a&lt;b&gt;&amp;amp; --&gt; &lt;00:00:01.000&gt;"


def test_a_hundred_hours_have_three_digits() -> None:
    # webvtt-py reads two digits only; the specification allows two or more.
    text = written(document(said("Late.", 360_000_000, 1_000)), PLAIN)
    assert text.splitlines()[2] == "100:00:00.000 --> 100:00:01.000"


def test_a_document_without_words_is_a_valid_file() -> None:
    assert written(document(Line(0, 1_000, "")), PLAIN) == "WEBVTT\n"
    assert read(written(document())) == []


@unhurried
@given(orderly())
def test_webvtt_reads_segments_at_their_own_times(spoken: Document) -> None:
    assert read(written(spoken, VERBATIM)) == [(line.start_ms, line.end_ms, line.text) for line in spoken.segments]


@unhurried
@given(hostile(), profiles)
def test_webvtt_reads_the_cues_of_any_document(any_document: Document, profile: SubtitleProfile) -> None:
    expected = [(cue.start_ms, cue.end_ms, "\n".join(cue.lines)) for cue in cues(any_document, profile)]
    assert read(written(any_document, ExportOptions(profile))) == expected


@unhurried
@given(hostile(), profiles)
def test_webvtt_reads_every_letter_that_was_said(any_document: Document, profile: SubtitleProfile) -> None:
    found = "".join(spelling(text) for _, _, text in read(written(any_document, ExportOptions(profile))))
    assert sorted(found) == sorted("".join(spelling(segment.text) for segment in any_document.segments))


@unhurried
@given(hostile())
def test_every_block_is_what_the_specification_allows(any_document: Document) -> None:
    """Blank lines part blocks; only a cue's second line may hold an arrow; cue text has no raw < or > but the voice."""
    signature, note, *blocks = written(any_document).removesuffix("\n").split("\n\n")
    assert (signature, note.partition("\n")[0]) == ("WEBVTT", "NOTE")
    assert "-->" not in note
    for block in blocks:
        times, *payload = block.split("\n")
        assert re.fullmatch(r"\d{2,}:[0-5]\d:[0-5]\d\.\d{3} --> \d{2,}:[0-5]\d:[0-5]\d\.\d{3}", times)
        text = re.sub(r"\A<v [^<>&\n]*(&(amp|lt|gt);[^<>&\n]*)*>", "", "\n".join(payload))
        assert re.fullmatch(r"([^<>&]|&(amp|lt|gt);)+", text)


def test_provenance_is_left_out_on_demand() -> None:
    assert PROVENANCE.media_sha256 not in written(document(said("Hi.")), PLAIN)
