"""When the words of a corrected text are spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.wording.alignment import Word, align, cut

# Letters of several scripts, what stands between them, and what is neither.
LETTERS = "abcéßждאבالعह्िन東京のไทยก็"
SIGNS = " .,'’-—?!“”「」…♪🙂\u00a0"
TEXTS = st.text(alphabet=LETTERS + SIGNS * 2, max_size=40)


def word(text: str, start: int, end: int, probability: float = 0.5) -> Word:
    return Word(word=text, start_ms=start, end_ms=end, probability=probability)


@st.composite
def spoken(draw: st.DrawFn) -> tuple[list[Word], int, int]:
    """Words within a segment, pauses between some of them; and the segment's bounds."""
    spellings = draw(st.lists(TEXTS.filter(lambda text: bool(text.strip())), max_size=8))
    borders = sorted(draw(st.lists(st.integers(0, 5000), min_size=2 * len(spellings), max_size=2 * len(spellings))))
    words = [word(text, borders[2 * i], borders[2 * i + 1]) for i, text in enumerate(spellings)]
    first, last = (borders[0], borders[-1]) if borders else (0, 0)
    return words, first - draw(st.integers(0, first)), last + draw(st.integers(0, 500))


def of(text: str) -> list[Word]:
    """A second for each word, and half a second of silence behind it."""
    return [word(f" {part}", 1500 * i, 1500 * i + 1000) for i, part in enumerate(text.split())]


def times(words: list[Word]) -> list[tuple[str, int, int]]:
    return [(w["word"], w["start_ms"], w["end_ms"]) for w in words]


@given(spoken(), TEXTS)
def test_words_spell_the_text_and_their_times_rise_within_the_segment(
    old: tuple[list[Word], int, int], text: str
) -> None:
    words, start, end = old
    aligned = align(words, text, start, end)
    assert "".join(w["word"] for w in aligned) == (text if text.strip() else "")
    borders = [ms for w in aligned for ms in (w["start_ms"], w["end_ms"])]
    assert borders == sorted(borders)
    assert all(start <= ms <= end and type(ms) is int for ms in borders)
    assert all(w["word"].strip() for w in aligned)


@given(st.lists(st.sampled_from(["one", "two", "three", "four", "five", "six"]), unique=True), st.data())
def test_words_that_are_still_there_keep_time_and_probability(spelled: list[str], data: st.DataObject) -> None:
    """Some words go and others come that were not there: the rest is the very same as before."""
    words = of(" ".join(spelled))
    stay = [w for w in words if data.draw(st.booleans())]
    text = "".join(data.draw(st.sampled_from(["", " new", " some more"])) + w["word"] for w in stay)
    aligned = align(words, text, 0, 100_000)
    assert [w for w in aligned if w["word"].strip() in spelled] == stay
    assert all(w["probability"] == 1.0 for w in aligned if w not in stay)


@given(spoken(), st.data())
def test_a_cut_loses_nothing(old: tuple[list[Word], int, int], data: st.DataObject) -> None:
    words, _, _ = old
    text = "".join(w["word"] for w in words)
    offset = data.draw(st.integers(0, len(text)))
    before, behind = cut(words, offset)
    assert ("".join(w["word"] for w in before), "".join(w["word"] for w in behind)) == (text[:offset], text[offset:])
    borders = [ms for w in before + behind for ms in (w["start_ms"], w["end_ms"])]
    assert borders == sorted(borders)


def test_a_corrected_word_takes_the_time_of_the_one_that_was_misheard() -> None:
    assert times(align(of("I went to Nice yesterday"), " I went to niece's yesterday", 0, 9000))[3] == (
        " niece's",
        4500,
        5500,
    )


def test_two_words_for_two_others_take_their_times_one_by_one() -> None:
    aligned = align(of("we all ice cream now"), " we all I scream now", 0, 9000)
    assert times(aligned)[2:4] == [(" I", 3000, 4000), (" scream", 4500, 5500)]


def test_three_words_for_one_share_its_time_by_length() -> None:
    aligned = align(of("say gonna now"), " say going to a now", 0, 9000)
    assert times(aligned)[1:4] == [(" going", 1500, 2125), (" to", 2125, 2375), (" a", 2375, 2500)]


def test_an_inserted_word_stands_in_the_pause_of_its_neighbours() -> None:
    assert times(align(of("yes sir"), " yes dear sir", 0, 3000))[1] == (" dear", 1000, 1500)


def test_words_before_and_behind_all_others_reach_to_the_segments_bounds() -> None:
    aligned = align([word(" hello", 400, 800)], " well hello there", 0, 1000)
    assert times(aligned) == [(" well", 0, 400), (" hello", 400, 800), (" there", 800, 1000)]


def test_a_case_that_is_mended_keeps_the_time_and_is_a_persons_word() -> None:
    assert align(of("with us army"), " with US army", 0, 9000)[1] == word(" US", 1500, 2500, 1.0)


def test_punctuation_that_is_mended_keeps_time_and_probability() -> None:
    aligned = align(of("hello peter how are you"), " “hello, peter! how are you?", 0, 9000)
    assert [(w["word"], w["start_ms"], w["probability"]) for w in aligned] == [
        (" “hello,", 0, 0.5),
        (" peter!", 1500, 0.5),
        (" how", 3000, 0.5),
        (" are", 4500, 0.5),
        (" you?", 6000, 0.5),
    ]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("東 京 に 行 き ま す", "東京へ行きます", "東京行きます"),
        ("สวัส ดี ครับ", "สวัสดีค่ะ", "สวัสดี"),
    ],
)
def test_without_spaces_what_stays_keeps_its_time(before: str, after: str, kept: str) -> None:
    words = [word(w["word"].strip(), w["start_ms"], w["end_ms"]) for w in of(before)]
    old = {w["word"]: w["start_ms"] for w in words}
    aligned = align(words, after, 0, 100_000)
    assert "".join(w["word"] for w in aligned if w["probability"] == 0.5) == kept
    assert all(w["start_ms"] == old[w["word"]] for w in aligned if w["probability"] == 0.5)


def test_accents_count_but_not_how_they_are_encoded() -> None:
    assert align([word(" cafe\u0301", 100, 200)], " café", 0, 300)[0]["start_ms"] == 100
    assert align([word(" cafe", 100, 200), word(" au", 300, 400)], " café au", 0, 500)[0] == word(
        " café", 100, 200, 1.0
    )


def test_text_without_letters_is_one_sound() -> None:
    assert align(of("la la la"), " ♪ ♪", 0, 5000) == [word(" ♪ ♪", 0, 5000, 1.0)]


def test_text_without_old_words_is_spread_over_the_segment() -> None:
    assert times(align([], " ab cd", 1000, 2000)) == [(" ab", 1000, 1500), (" cd", 1500, 2000)]


def test_a_hostile_text_takes_no_long_time() -> None:
    """Thousands of equal words on both sides: what would be compared in minutes counts as changed."""
    words = of("a " * 2500)
    assert len(align(words, " b" + " a c" * 1200, 0, 10_000_000)) > 1000
