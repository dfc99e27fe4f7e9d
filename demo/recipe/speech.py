"""Synthetic speech at 16 kHz with the times of its words and phonemes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from demo.recipe import espeak
from demo.recipe.espeak import Synthesis
from demo.recipe.voices import VoiceSettings

SAMPLE_RATE = 16_000
# 22050 Hz * 320 / 441 = 16000 Hz
_UP, _DOWN = 320, 441
_SILENCE = 0.01  # of the loudest sample
_MARGIN = 220  # samples left around the speech: 10 ms


class Span(NamedTuple):
    """A word or phoneme; times in seconds of the trimmed audio."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """`audio` is float32[n_samples] at 16 kHz mono, silence trimmed. Words keep their punctuation."""

    audio: NDArray[np.float32]
    words: list[Span]
    phonemes: list[Span]

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.audio) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class _Cut:
    """The part of espeak-ng's audio that is kept, in samples at its own rate."""

    first: int
    last: int

    @property
    def start(self) -> float:
        return self.first / espeak.SAMPLE_RATE

    @property
    def end(self) -> float:
        return self.last / espeak.SAMPLE_RATE

    def moved(self, time: float) -> float:
        """A time of the whole audio, in seconds, as a time of the part."""
        return float(min(max(time, self.start), self.end) - self.start)


def say(text: str, settings: VoiceSettings) -> Speech:
    """Speak one text.

    Raises:
        EspeakError: espeak-ng cannot be started, or does not know the voice.
    """
    synthesis = espeak.synthesise(text, settings)
    audio: NDArray[np.float32] = np.concatenate(synthesis.chunks).astype(np.float32) / np.float32(32768)
    cut = _around_speech(audio)
    kept = resample_poly(audio[cut.first : cut.last], _UP, _DOWN).astype(np.float32)
    return Speech(kept, _word_spans(text, synthesis, cut), _phoneme_spans(synthesis, cut))


def _around_speech(audio: NDArray[np.float32]) -> _Cut:
    magnitude = np.abs(audio)
    loud = np.flatnonzero(magnitude > _SILENCE * magnitude.max())
    return _Cut(max(0, int(loud[0]) - _MARGIN), min(len(audio), int(loud[-1]) + _MARGIN))


def _word_spans(text: str, synthesis: Synthesis, cut: _Cut) -> list[Span]:
    words = text.split()
    marks = _first_marks(_positions(text, words), synthesis)
    marks.setdefault(0, cut.start)
    times = _without_gaps([*(marks.get(index) for index in range(len(words))), cut.end])
    return [Span(word, cut.moved(times[i]), cut.moved(times[i + 1])) for i, word in enumerate(words)]


def _positions(text: str, words: list[str]) -> list[int]:
    """Where each word begins, in characters."""
    positions, position = [], 0
    for word in words:
        position = text.index(word, position)
        positions.append(position)
        position += len(word)
    return positions


def _first_marks(positions: list[int], synthesis: Synthesis) -> dict[int, float]:
    """Start (seconds) by index of the word. espeak-ng may mark parts of a word, and may mark two words as one."""
    marks: dict[int, float] = {}
    for position, start in synthesis.words:
        marks.setdefault(bisect_right(positions, max(position - 1, 0)) - 1, start)
    return marks


def _without_gaps(times: list[float | None]) -> list[float]:
    """Words that espeak-ng ran together share their interval evenly. The first and the last time are known."""
    filled: list[float] = []
    for index, time in enumerate(times):
        if time is None:
            later, known = next((i, t) for i, t in enumerate(times[index:], 1) if t is not None)
            time = filled[-1] + (known - filled[-1]) / later
        filled.append(time)
    return filled


def _phoneme_spans(synthesis: Synthesis, cut: _Cut) -> list[Span]:
    starts = [start for _, start in synthesis.phonemes]
    ends = [*starts[1:], cut.end]
    names = [name for name, _ in synthesis.phonemes]
    return [Span(name, cut.moved(start), cut.moved(end)) for name, start, end in zip(names, starts, ends, strict=True)]
