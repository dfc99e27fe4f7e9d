"""Doubts about text: loops, known filler, more than anybody can say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.engine.guards import (
    BOILERPLATE,
    HALLUCINATION,
    LOOP_REPEATS,
    REPETITION,
    TOO_FAST,
    doubts,
    is_boilerplate,
    is_loop,
    is_too_fast,
)

LOOPS = [
    "no no no no no no no no no no",
    "I think that is it. " * 6,
    "So, " + "and then we go " * 5,
    "Thank you. Thank you. Thank you. Thank you. Thank you.",
    "谢谢大家" * 6,
    "はい、" * 6,
]
SPEECH = [
    "",
    "Yes, yes, yes, of course.",
    "one two three four five six seven eight nine ten",
    "The code is seven seven seven seven.",
    "No, no, no, no. That is not what I said, and you know that very well.",
    "row row row your boat gently down the stream merrily merrily merrily merrily life is but a dream",
    "ha ha ha ha ha",
    "我们今天去北京，明天去上海。",
    "ははははは",
]


@pytest.mark.parametrize("text", LOOPS)
def test_a_phrase_that_comes_over_and_over_is_a_loop(text: str) -> None:
    assert is_loop(text)


@pytest.mark.parametrize("text", SPEECH)
def test_emphasis_counting_and_laughter_are_no_loops(text: str) -> None:
    assert not is_loop(text)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=6), st.integers(LOOP_REPEATS, 12))
def test_whatever_is_said_often_enough_is_a_loop_wherever_it_begins(phrase: list[str], times: int) -> None:
    assert is_loop("well now " + " ".join(phrase * times) + " and so on")


@given(st.lists(st.text("abcdefghijklmnop", min_size=1, max_size=6), max_size=60, unique=True))
def test_words_that_are_all_different_are_never_a_loop(words: list[str]) -> None:
    assert not is_loop(" ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        " Thanks for watching!",
        "Thank you for watching.",
        "Subtitles by the Amara.org community",
        " Untertitel der Amara.org-Community",
        "Sous-titres réalisés para la communauté d'Amara.org",
        "Subtítulos realizados por la comunidad de Amara.org",
        "ご視聴ありがとうございました。",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "Субтитры сделал DimaTorzok",
        "시청해 주셔서 감사합니다.",
    ],
)
def test_known_filler_is_recognised_in_its_usual_spelling(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    ["", "Thank you.", "Thanks for watching my dog while I was away.", "We subscribe to three papers.", "Amara"],
)
def test_what_only_resembles_filler_is_speech(text: str) -> None:
    assert not is_boilerplate(text)


def test_every_filler_of_the_list_is_found_by_its_own_words() -> None:
    assert [phrase for phrase in BOILERPLATE if not is_boilerplate(f" {phrase.capitalize()}!")] == []


@pytest.mark.parametrize(
    ("text", "seconds", "too_fast"),
    [
        ("the quick brown fox jumps over the lazy dog", 2.5, False),
        ("the quick brown fox jumps over the lazy dog " * 3, 1.0, True),
        ("Yes.", 0.0, False),
        ("Donaudampfschifffahrtsgesellschaftskapitän " * 4, 2.0, True),
        ("我们今天去北京明天去上海", 2.0, False),
        ("我们今天去北京明天去上海" * 4, 2.0, True),
    ],
)
def test_nobody_speaks_that_fast(text: str, seconds: float, too_fast: bool) -> None:
    assert is_too_fast(text, seconds) is too_fast


@given(st.text(max_size=200), st.floats(0, 30))
def test_a_text_that_can_be_said_in_some_time_can_be_said_in_more(text: str, seconds: float) -> None:
    assert is_too_fast(text, seconds) or not is_too_fast(text, seconds + 5)


@given(st.text(max_size=300), st.floats(0, 30))
def test_any_text_at_all_is_judged(text: str, seconds: float) -> None:
    assert set(doubts(text, seconds)) <= {REPETITION, HALLUCINATION, TOO_FAST}


def test_each_doubt_is_named() -> None:
    assert doubts("go on " * 30, 2.0) == (REPETITION, TOO_FAST)
    assert doubts("Thanks for watching!", 2.0) == (HALLUCINATION,)
    assert doubts("We have nine old windows.", 2.0) == ()
