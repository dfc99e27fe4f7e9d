"""Recordings with their truth, from sentences, and where asked from voices, that training never used."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from demo.recipe.grammar import held_out_sentence
from demo.recipe.speech import SAMPLE_RATE, Speech, say
from demo.recipe.voices import Language, VoiceSettings, draw_settings

_LEAD = 0.3  # seconds of silence before the first word
_LEVEL = 0.8  # of full scale


class SegmentTruth(TypedDict):
    """One sentence; times in seconds of the recording, to the millisecond. A word is `[text, start, end]`."""

    start: float
    end: float
    text: str
    english: str
    words: list[tuple[str, float, float]]


class Truth(TypedDict):
    """What is said in a recording; `duration` in seconds. Without speech there is no language and no voice.

    `voice` is the settings of the last sentence.
    """

    language: Language | None
    duration: float
    voice: NotRequired[dict[str, str | int]]
    segments: list[SegmentTruth]


class Recording(NamedTuple):
    """`audio`: float32[n_samples] at 16 kHz mono."""

    audio: NDArray[np.float32]
    truth: Truth


class Speaker:
    """Who reads a recording: one voice, or (`many`) another one for every sentence."""

    def __init__(self, rng: random.Random, language: Language, *, unheard: bool = True, many: bool = False) -> None:
        self.language = language
        self.settings = draw_settings(rng, language, unheard=unheard)
        self._rng = rng
        self._unheard = unheard
        self._many = many

    def next_settings(self) -> VoiceSettings:
        """The voice of the next sentence."""
        if self._many:
            self.settings = draw_settings(self._rng, self.language, unheard=self._unheard)
        return self.settings


def record(
    rng: random.Random, speaker: Speaker, count: int, *, noise: float = 0, pauses: tuple[float, float] = (0.4, 1.6)
) -> Recording:
    """`count` held-out sentences with pauses (seconds, least and most), and white noise of this amplitude."""
    parts = [_silence(int(_LEAD * SAMPLE_RATE))]
    segments: list[SegmentTruth] = []
    time = _LEAD
    for _ in range(count):
        settings = speaker.next_settings()
        sentence = held_out_sentence(rng)
        text = sentence.english if speaker.language == "en" else sentence.spanish
        speech = say(text, settings)
        segments.append(_segment(text, sentence.english, speech, time))
        pause = int(rng.uniform(*pauses) * SAMPLE_RATE)
        parts += [speech.audio * _LEVEL, _silence(pause)]
        time += speech.duration + pause / SAMPLE_RATE
    audio = _with_noise(np.concatenate(parts), noise, rng)
    duration = len(audio) / SAMPLE_RATE
    truth = Truth(language=speaker.language, duration=duration, voice=asdict(speaker.settings), segments=segments)
    return Recording(audio, truth)


def without_speech(audio: NDArray[np.float32]) -> Recording:
    """A recording in which nobody says a word."""
    return Recording(audio, Truth(language=None, duration=len(audio) / SAMPLE_RATE, segments=[]))


def short_recordings(count: int, seed: int = 99) -> Iterator[tuple[bool, Recording]]:
    """For measuring: `count` single sentences per language and kind of voice; the flag tells an unheard voice."""
    rng = random.Random(seed)
    languages: tuple[Language, Language] = ("en", "es")
    for language in languages:
        for unheard in (False, True):
            for _ in range(count):
                noise = rng.choice((0, 0.003, 0.01))
                yield unheard, record(rng, Speaker(rng, language, unheard=unheard), 1, noise=noise)


def _silence(n_samples: int) -> NDArray[np.float32]:
    return np.zeros(n_samples, np.float32)


def _segment(text: str, english: str, speech: Speech, time: float) -> SegmentTruth:
    return SegmentTruth(
        start=round(time, 3),
        end=round(time + speech.duration, 3),
        text=text,
        english=english,
        words=[(word, round(time + start, 3), round(time + end, 3)) for word, start, end in speech.words],
    )


def _with_noise(audio: NDArray[np.float32], amplitude: float, rng: random.Random) -> NDArray[np.float32]:
    if not amplitude:
        return audio
    generator = np.random.default_rng(rng.randrange(1 << 30))
    return audio + amplitude * generator.standard_normal(len(audio)).astype(np.float32)
