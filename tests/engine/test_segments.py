"""A decoded window → phrases and words on the media's clock."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from faster_whisper.tokenizer import Tokenizer

from transcripts.engine import Segment
from transcripts.engine.engine import Engine
from transcripts.engine.phrases import Phrase, split
from transcripts.engine.segments import Place, segments
from transcripts.engine.takes import Take
from transcripts.engine.timemap import Piece, TimeMap
from transcripts.engine.words import TimedWord

BEGIN, EOT = 1000, 900


def stamp(seconds: float) -> int:
    return BEGIN + round(seconds / 0.02)


def phrases(*tokens: int) -> list[Phrase]:
    return [
        Phrase(
            None if phrase.start is None else round(phrase.start, 2),
            None if phrase.end is None else round(phrase.end, 2),
            phrase.tokens,
        )
        for phrase in split(tokens, BEGIN, EOT)
    ]


def test_text_between_timestamps_is_a_phrase() -> None:
    found = phrases(stamp(0), 1, 2, stamp(1.5), stamp(2), 3, stamp(4.5))
    assert found == [Phrase(0.0, 1.5, (1, 2)), Phrase(2.0, 4.5, (3,))]


def test_text_after_the_last_timestamp_is_kept() -> None:
    found = phrases(stamp(0), 1, stamp(1), stamp(1), 2, 3)
    assert found == [Phrase(0.0, 1.0, (1,)), Phrase(1.0, None, (2, 3))]


def test_text_before_the_first_timestamp_and_without_any_is_kept() -> None:
    assert phrases(1, stamp(1), stamp(1), 2, stamp(2)) == [Phrase(None, 1.0, (1,)), Phrase(1.0, 2.0, (2,))]
    assert phrases(1, 2) == [Phrase(None, None, (1, 2))]


def test_timestamps_and_special_tokens_alone_say_nothing() -> None:
    assert phrases(stamp(0), stamp(3), EOT, EOT + 5) == []


@pytest.fixture
def tokenizer(engine: Engine) -> Tokenizer:
    whisper = engine._model.whisper
    return Tokenizer(whisper.hf_tokenizer, True, task="transcribe", language="en")


def place(said: Take, tokenizer: Tokenizer) -> tuple[Segment, ...]:
    """In a window of 10 s, glued from 4 s at 100 s of the media and 6 s at 200 s."""
    return segments([said], tokenizer, Place(TimeMap([Piece(0.0, 100.0, 4.0), Piece(4.0, 200.0, 6.0)]), 10.0))


def take(tokenizer: Tokenizer, said: list[tuple[float | None, str, float | None]], words: list[TimedWord]) -> Take:
    tokens: list[int] = []
    for start, text, end in said:
        tokens += [] if start is None else [tokenizer.timestamp_begin + round(start / 0.02)]
        tokens += tokenizer.encode(text)
        tokens += [] if end is None else [tokenizer.timestamp_begin + round(end / 0.02)]
    text = "".join(part for _, part, _ in said).strip()
    return Take(tuple(tokens), text, 0.0, -0.2, 1.2, 0.01, words=tuple(words))


def word(tokenizer: Tokenizer, text: str, start: float, end: float) -> TimedWord:
    return TimedWord(text, start, end, 0.9, len(tokenizer.encode(text)))


def test_phrases_and_words_are_mapped_to_their_own_piece_of_the_media(tokenizer: Tokenizer) -> None:
    words = [
        word(tokenizer, " two", 1.0, 2.0),
        word(tokenizer, " tables.", 2.0, 4.1),
        word(tokenizer, " The", 4.1, 5.0),
        word(tokenizer, " code.", 5.0, 7.0),
    ]
    made = place(take(tokenizer, [(1.0, " two tables.", 4.0), (4.0, " The code.", 7.0)], words), tokenizer)
    assert [(s.text, s.start, s.end) for s in made] == [(" two tables.", 101.0, 104.0), (" The code.", 200.0, 203.0)]
    (two, tables), (the, code) = (s.words for s in made)
    assert (two.start, tables.end, the.start, code.end) == (101.0, 104.0, 200.0, 203.0)
    assert two.end == tables.start == pytest.approx(102.0, abs=0.15)
    assert the.end == code.start == pytest.approx(201.0, abs=0.15)


def test_words_that_stray_are_kept_inside_their_segment_and_in_order(tokenizer: Tokenizer) -> None:
    words = [
        word(tokenizer, " two", 0.1, 0.4),
        word(tokenizer, " tables.", 3.5, 3.9),
        word(tokenizer, " The", 3.2, 3.3),
        word(tokenizer, " code.", 3.8, 9.9),
    ]
    said = take(tokenizer, [(1.0, " two tables.", 2.0), (2.0, " The code.", 3.5)], words)
    for segment in place(said, tokenizer):
        times = [segment.start, *(t for w in segment.words for t in (w.start, w.end)), segment.end]
        assert all(before <= after for before, after in pairwise(times))
        assert len(segment.words) == 2


def test_missing_timestamps_are_taken_from_the_words(tokenizer: Tokenizer) -> None:
    words = [word(tokenizer, " two", 1.0, 1.4), word(tokenizer, " tables.", 1.4, 2.2)]
    (made,) = place(take(tokenizer, [(None, " two tables.", None)], words), tokenizer)
    assert (made.start, made.end) == (101.0, 102.2)


def test_without_words_an_unfinished_phrase_reaches_to_the_end_of_the_window(tokenizer: Tokenizer) -> None:
    made = place(take(tokenizer, [(0.5, " two", 1.0), (2.0, " tables.", None)], []), tokenizer)
    assert [(s.start, s.end) for s in made] == [(100.5, 101.0), (102.0, 206.0)]


def test_segments_do_not_overlap_even_where_timestamps_run_backwards(tokenizer: Tokenizer) -> None:
    made = place(take(tokenizer, [(0.0, " two", 3.0), (1.0, " tables.", 2.0)], []), tokenizer)
    assert [(s.start, s.end) for s in made] == [(100.0, 103.0), (103.0, 103.0)]


def test_a_take_that_the_model_itself_calls_silence_gives_nothing(tokenizer: Tokenizer) -> None:
    said = take(tokenizer, [(0.0, " two", 1.0)], [])
    silent = replace(said, avg_logprob=-1.5, no_speech_prob=0.9)
    doubtful = replace(said, avg_logprob=-0.5, no_speech_prob=0.9)
    assert place(silent, tokenizer) == ()
    assert len(place(doubtful, tokenizer)) == 1


def test_doubts_are_flagged_and_the_words_stay(tokenizer: Tokenizer) -> None:
    said = take(tokenizer, [(0.0, " two", 1.0)], [])
    (made,) = place(replace(said, avg_logprob=-1.5, compression_ratio=3.0), tokenizer)
    assert (made.text, made.flags) == (" two", ("low_confidence", "repetition"))
