"""Where the decoder stopped before the speech did, it goes on from its last timestamp."""

from __future__ import annotations

import numpy as np
import pytest
from faster_whisper.tokenizer import Tokenizer

from tests.engine.conftest import Recorded, Transcribe, said, text
from tests.speech import SAMPLES
from transcripts.engine import Options, decoding
from transcripts.engine import work as work_module
from transcripts.engine.decoding import rest_of
from transcripts.engine.engine import Engine
from transcripts.engine.takes import Take
from transcripts.engine.work import FRAMES_PER_SECOND, DecodeWork

LONG = SAMPLES / "es-long.flac"
SPANISH = Options(language="es")


@pytest.fixture
def tokenizer(engine: Engine) -> Tokenizer:
    return Tokenizer(engine._model.whisper.hf_tokenizer, True, task="transcribe", language="en")


def work(tokenizer: Tokenizer, *speech: tuple[float, float]) -> DecodeWork:
    features = np.arange(3000, dtype=np.float32)[None].repeat(80, axis=0)
    return DecodeWork(features, 30.0, speech, tokenizer, [1, 2, 3], word_timestamps=False)


def take(tokenizer: Tokenizer, *said: float | str, cut_short: bool = False, offset: float = 0.0) -> Take:
    tokens: list[int] = []
    for part in said:
        tokens += tokenizer.encode(part) if isinstance(part, str) else [tokenizer.timestamp_begin + round(part * 50)]
    return Take(tuple(tokens), "", 0.0, -0.2, 1.2, 0.01, offset=offset, cut_short=cut_short)


def test_a_take_that_reaches_the_last_speech_is_whole(tokenizer: Tokenizer) -> None:
    whole = take(tokenizer, 0.0, " two tables.", 8.0, 9.0, " Yes.", 27.0)
    assert rest_of(work(tokenizer, (0, 8), (9, 27.6)), whole) is None


@pytest.mark.parametrize("cut_short", [True, False])
def test_speech_after_the_last_timestamp_is_heard_again(tokenizer: Tokenizer, cut_short: bool) -> None:
    stopped = take(tokenizer, 0.0, " two tables.", 8.0, cut_short=cut_short)
    assert rest_of(work(tokenizer, (0, 8), (9, 27)), stopped) == 8.0


def test_a_phrase_that_was_cut_short_is_heard_again_from_its_beginning(tokenizer: Tokenizer) -> None:
    stopped = take(tokenizer, 0.0, " two tables.", 8.0, 8.2, " The code", cut_short=True)
    assert rest_of(work(tokenizer, (0, 27)), stopped) == 8.0


def test_a_phrase_that_goes_on_to_the_end_of_the_window_is_whole(tokenizer: Tokenizer) -> None:
    open_ended = take(tokenizer, 0.0, " two tables.", 8.0, 8.2, " The code")
    assert rest_of(work(tokenizer, (0, 27)), open_ended) is None


def test_without_any_progress_the_window_is_not_heard_again(tokenizer: Tokenizer) -> None:
    assert rest_of(work(tokenizer, (0, 27)), take(tokenizer, 0.0, " la la la", cut_short=True)) is None
    assert rest_of(work(tokenizer, (0, 27)), take(tokenizer, 0.0, " la", 0.4)) is None
    later = take(tokenizer, 0.0, " la", 0.4, offset=10.0)
    assert rest_of(work(tokenizer, (0, 27)), later) is None


def test_the_rest_has_its_own_features_at_its_own_time(tokenizer: Tokenizer) -> None:
    window = work(tokenizer, (0, 27))
    first = take(tokenizer, 0.0, " two", 8.0)
    window.go_on(first, 8.0)
    second = take(tokenizer, 0.0, " tables", 6.0, offset=8.0)
    window.go_on(second, 14.0)
    assert window.features.shape == (80, 3000)
    assert window.features[0, 0] == 14 * FRAMES_PER_SECOND
    assert (window.parts, window.offset) == ([first, second], 14.0)
    assert second.phrases(tokenizer)[0].end == 14.0


def little_room(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """A model with fewer positions."""
    monkeypatch.setattr(decoding, "MAX_LENGTH", limit)
    monkeypatch.setattr(work_module, "MAX_LENGTH", limit)


@pytest.mark.parametrize("limit", [120, 60])
def test_a_window_with_more_words_than_the_model_has_room_for_loses_none(
    transcribe: Transcribe, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    undisturbed = said(recorded("es-long.flac"))
    little_room(monkeypatch, limit)  # an answer has half of it; these windows need about 90
    found = said(transcribe(LONG, SPANISH))
    assert len(found) == len(undisturbed)
    assert [segment.start for segment in found] == pytest.approx([s.start for s in undisturbed], abs=0.3)
    assert all(segment.words for segment in found)


def test_without_going_on_half_of_it_would_be_lost(transcribe: Transcribe, monkeypatch: pytest.MonkeyPatch) -> None:
    little_room(monkeypatch, 60)
    whole = text(transcribe(LONG, SPANISH))
    monkeypatch.setattr(decoding, "rest_of", lambda work, take: None)
    assert len(text(transcribe(LONG, SPANISH))) < 0.6 * len(whole)
