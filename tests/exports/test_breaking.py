"""Where subtitles and their lines break."""

from __future__ import annotations

import pytest

from tests.exports.documents import document, said
from transcripts.exports import Line, SubtitleProfile, Timed, cues


def cut(*segments: Line, **rules: int) -> list[tuple[str, ...]]:
    return [cue.lines for cue in cues(document(*segments), SubtitleProfile(**rules))]


def test_text_that_fits_stays_on_one_line() -> None:
    assert cut(said("The meeting is open to the public today.")) == [("The meeting is open to the public today.",)]


def test_a_line_breaks_after_punctuation_rather_than_in_the_middle() -> None:
    assert cut(said("Since nobody objects, the chair declares the motion carried.", word_ms=300)) == [
        ("Since nobody objects,", "the chair declares the motion carried.")
    ]


def test_lines_are_no_more_than_needed_even_where_they_break_badly() -> None:
    # 83 characters: on two lines there is one way only, though three would part the sentences.
    assert cut(said("Nobody knew what to do then. The bridge on the river fell. It was a Sunday morning.")) == [
        ("Nobody knew what to do then. The bridge on", "the river fell. It was a Sunday morning.")
    ]


def test_a_line_does_not_end_in_an_article() -> None:
    # The middle of the sentence is behind "the".
    assert cut(said("All members have now received the budget with all annexes", word_ms=300)) == [
        ("All members have now received", "the budget with all annexes")
    ]


def test_a_cue_ends_with_the_sentence() -> None:
    first = "The first item of the evening is the budget of the coming year."
    second = "The second one is the bridge over the river."
    found = cut(said(f"{first} {second}", word_ms=300))
    assert [" ".join(lines) for lines in found] == [first, second]


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    found = cut(
        said("Yesterday evening we asked Dr. Miller whether anything else should be discussed here", word_ms=300)
    )
    assert all(not line.endswith("Dr.") for lines in found for line in lines)


def test_a_cue_breaks_at_a_pause_where_there_is_no_punctuation() -> None:
    before = said("that was decided then", 0, 300)
    after = said(
        "and everybody would like to hear from every single member what they really think", before.end_ms + 600, 300
    )
    spoken = Line(0, after.end_ms, f"{before.text} {after.text}", "", before.words + after.words)
    assert " ".join(cut(spoken)[0]) == before.text


def test_without_any_mark_cues_are_of_like_length() -> None:
    # 24 words of four letters are 119 characters; all breaks are alike.
    found = cut(said(" ".join(["word"] * 24), word_ms=400))
    assert [sum(line.count("word") for line in lines) for lines in found] == [12, 12]


def test_slow_speech_makes_more_cues() -> None:
    # Four words of two seconds and a half each: no more than two are over within seven seconds.
    assert cut(said("one two three four", word_ms=2_500)) == [("one two",), ("three four",)]


def test_a_cue_ends_where_an_unfinished_segment_does_if_it_must_end_somewhere() -> None:
    first = said("nobody here could possibly remember everything", 0, 450)
    second = said("everybody there would certainly write things down", first.end_ms, 450)
    assert [" ".join(lines) for lines in cut(first, second)] == [first.text, second.text]


def test_segments_stay_apart_where_each_can_be_read() -> None:
    first, second = said("That was the vote.", 0, 500), said("We go on now.", 2_100, 500)
    assert cut(first, second) == [("That was the vote.",), ("We go on now.",)]


def test_a_segment_too_short_to_read_joins_the_next() -> None:
    first, second = said("Well.", 0, 150), said("We go on with the next item.", 150, 300)
    assert cut(first, second) == [("Well. We go on with the next item.",)]


def test_a_segment_that_is_cut_short_by_the_next_speaker_joins_the_one_before() -> None:
    first, second = said("That was the vote.", 0, 500), said("Yes.", 2_000, 150)
    interruption = said("I object.", 2_150, 500, speaker="Bo")
    assert cut(first, second, interruption) == [("That was the vote. Yes.",), ("I object.",)]
    assert cut(first, second) == [("That was the vote.",), ("Yes.",)]


def test_segments_are_never_joined_over_a_silence() -> None:
    first, second = said("Well", 0, 150), said("we go on.", 1_150, 300)
    assert cut(first, second) == [("Well",), ("we go on.",)]


def test_a_silence_within_a_segment_ends_the_cue() -> None:
    assert cut(said("Well we go", 0, 500, pause_ms=1_000)) == [("Well",), ("we",), ("go",)]
    assert cut(said("Well we go", 0, 500, pause_ms=999)) == [("Well we go",)]


def test_a_sentence_torn_apart_between_segments_is_mended() -> None:
    first, second = said("We sent the letter to", 0, 300), said("the committee.", 1_500, 300)
    assert cut(first, second) == [("We sent the letter to the committee.",)]


def test_chinese_counts_double_and_breaks_between_characters_but_not_before_punctuation() -> None:
    text = "会议今天晚上讨论预算，明天讨论桥梁。"
    words = tuple(Timed(character, i * 200, i * 200 + 200) for i, character in enumerate(text))
    # Twenty columns are ten characters; the comma is the eleventh and takes the one before it along.
    assert cut(Line(0, 3_600, text, words=words), max_characters=20) == [("会议今天晚上讨论预", "算，明天讨论桥梁。")]


@pytest.mark.parametrize("width", range(10, 22))
def test_japanese_brackets_and_small_kana_stay_with_their_neighbours(width: int) -> None:
    text = "てぃてぃてぃてぃてぃてぃ。「日本語」の「字幕」を、テストしています。ちょっと待って。"
    found = [line for cue in cut(Line(0, 9_000, text), max_characters=width) for line in cue]
    assert "".join(found) == text
    assert not [line for line in found if line[-1] == "「" or line[0] in "」ぃょっ、。"]


def test_korean_breaks_at_spaces() -> None:
    text = "오늘 저녁 회의에서는 예산을 논의합니다"
    found = [line for cue in cut(Line(0, 4_000, text), max_characters=20) for line in cue]
    assert len(found) > 1
    assert " ".join(found) == text


def test_an_accent_is_not_parted_from_a_full_width_character() -> None:
    found = [line for cue in cut(Line(0, 3_000, "語\u0301" * 12), max_characters=10) for line in cue]
    assert all(line.startswith("語") and line.endswith("\u0301") for line in found)


def test_a_word_longer_than_a_line_is_cut_and_keeps_its_accents() -> None:
    word = "e\u0301" * 15
    assert cut(Line(0, 3_000, word), max_characters=10) == [("e\u0301" * 10, "e\u0301" * 5)]
