"""How often the model is asked, and for how many windows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from faster_whisper.tokenizer import Tokenizer

from tests.engine.conftest import Transcribe, said
from tests.speech import SAMPLES
from transcripts.engine import Options
from transcripts.engine.audio import decode
from transcripts.engine.decoding import PIECES, Decoder
from transcripts.engine.engine import Engine
from transcripts.engine.windows import windows
from transcripts.engine.work import DecodeWork

LONG = SAMPLES / "en-long.flac"
COUNTED = ("encode", "detect_language", "generate", "align")


class Counting:
    """CTranslate2's model, and the windows of each call that it was asked for."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.calls: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._model, name)
        if name not in COUNTED:
            return asked

        def counted(first: Any, *args: Any, **options: Any) -> Any:
            self.calls.append((name, first.shape[0]))
            return asked(first, *args, **options)

        return counted

    @property
    def windows(self) -> dict[str, int]:
        """Windows in all calls of each name."""
        return {name: sum(sizes) for name, sizes in self._sizes().items()}

    @property
    def largest(self) -> dict[str, int]:
        """Windows in the largest call of each name."""
        return {name: max(sizes) for name, sizes in self._sizes().items()}

    def _sizes(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, size in self.calls:
            found.setdefault(name, []).append(size)
        return found


@pytest.fixture
def counting(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The engine's model, counted."""
    whisper = engine._model.whisper
    counting = Counting(whisper.model)
    monkeypatch.setattr(whisper, "model", counting)
    monkeypatch.setattr(engine._main._tools.decoder, "_model", counting)
    return counting


def alike(engine: Engine, path: Path, count: int) -> list[DecodeWork]:
    """As many works of the same first window."""
    whisper = engine._model.whisper
    tokenizer = Tokenizer(whisper.hf_tokenizer, True, task="transcribe", language="en")
    window = next(windows(decode(path), 0))
    (track,) = window.tracks
    features = Decoder(whisper).features(track.audio)
    prompt = list(tokenizer.sot_sequence)
    return [
        DecodeWork(features, window.seconds, track.speech, tokenizer, prompt, word_timestamps=True)
        for _ in range(count)
    ]


def test_a_window_is_encoded_once_for_its_language_its_words_and_their_times(
    counting: Counting, transcribe: Transcribe
) -> None:
    results = transcribe(LONG)
    windows = len({segment.seek for segment in said(results)})
    assert windows >= 3
    assert {segment.temperature for segment in said(results)} == {0.0}  # none was decoded twice
    # The third voter could not outvote two that agree.
    assert counting.windows == {"encode": windows, "detect_language": 2, "generate": windows, "align": windows}


def test_words_are_placed_only_for_the_take_that_is_kept(
    counting: Counting, transcribe: Transcribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcripts.engine.takes.LOGPROB_LIMIT", 1.0)  # nothing is good enough
    found = said(transcribe(SAMPLES / "en-short-1.flac", Options(language="en")))
    assert found
    assert all(segment.words and segment.flags == ("low_confidence",) for segment in found)
    assert counting.windows == {"encode": 1, "generate": 6, "align": 1}


def test_without_word_times_nothing_is_aligned(counting: Counting, transcribe: Transcribe) -> None:
    transcribe(LONG, Options(word_timestamps=False))
    assert set(counting.windows) == {"encode", "detect_language", "generate"}


def test_a_large_batch_is_decoded_at_once_but_encoded_and_aligned_in_pieces(engine: Engine, counting: Counting) -> None:
    """What those take for each window would make a long file, which fills batches, need more memory than a clip."""
    batch = alike(engine, SAMPLES / "en-short-2.flac", 8)
    answers = engine._main._tools.decoder.step(batch)
    assert [len(answer) for answer in answers if isinstance(answer, tuple)] == [1] * 8
    assert counting.largest == {"encode": PIECES["cpu"], "generate": 8, "align": PIECES["cpu"]}
