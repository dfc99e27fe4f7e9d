"""New recordings with their truth: sentences that the demo model never saw, spoken by espeak-ng with word times."""

from __future__ import annotations

import random
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from demo.recipe import espeak
from demo.recipe.grammar import held_out_sentence
from demo.recipe.voices import Language, VoiceSettings, draw_settings

RATE: Final = 16_000
LEAD_SECONDS: Final = 0.3
AUDIBLE: Final = 0.01
"""Of the loudest sample; what is quieter at both ends is cut away."""
SENTENCES: Final = 22
"""Of a long recording: 70 to 150 s, three to six windows."""
NOTES_HZ: Final = (262, 294, 330, 392, 440, 523)

Audio = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence; times in seconds of the recording. A word is (text with its marks, start, end)."""

    text: str
    language: Language
    start: float
    end: float
    words: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """`audio` is float32[n] at 16 kHz mono, `sentences` all that is said in it, in order."""

    name: str
    audio: Audio
    sentences: tuple[Spoken, ...]

    @property
    def text(self) -> str:
        """All sentences."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def seconds(self) -> float:
        """Length."""
        return self.audio.size / RATE

    def write(self, folder: Path) -> Path:
        """As a WAV file."""
        path = folder / f"{self.name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes((np.clip(self.audio, -1, 1) * 32767).astype(np.int16).tobytes())
        return path


def speak(text: str, language: Language, settings: VoiceSettings) -> tuple[Audio, Spoken]:
    """One sentence, silence trimmed, from 0 s on."""
    synthesis = espeak.synthesise(text, settings)
    raw = np.concatenate(synthesis.chunks)
    loud = np.flatnonzero(np.abs(raw.astype(np.int32)) > AUDIBLE * np.abs(raw.astype(np.int32)).max())
    first, last = int(loud[0]), int(loud[-1]) + 1
    audio = _resampled(raw[first:last])
    seconds = audio.size / RATE
    starts = {position - 1: start - first / espeak.SAMPLE_RATE for position, start in synthesis.words}
    words, position = [], 0
    for word in text.split():
        position = text.index(word, position)
        begin = next((starts[at] for at in range(position, position + len(word)) if at in starts), None)
        words.append((word, begin))
        position += len(word)
    return audio, Spoken(text, language, 0.0, seconds, _without_gaps(words, seconds))


def _without_gaps(words: list[tuple[str, float | None]], seconds: float) -> tuple[tuple[str, float, float], ...]:
    """Each word ends where the next begins; one that espeak-ng ran into its neighbour shares that one's time."""
    found: list[tuple[str, float, float]] = []
    end = seconds
    for index in range(len(words) - 1, -1, -1):
        word, begin = words[index]
        start = 0.0 if index == 0 else min(max(0.0, begin if begin is not None else end), end)
        found.append((word, start, end))
        end = start
    return tuple(reversed(found))


def _resampled(raw: NDArray[np.int16]) -> Audio:
    resampler = AudioResampler("flt", "mono", RATE)
    frame = av.AudioFrame.from_ndarray(raw[None], format="s16", layout="mono")
    frame.sample_rate = espeak.SAMPLE_RATE
    parts = [part.to_ndarray().reshape(-1) for part in (*resampler.resample(frame), *resampler.resample(None))]
    joined: Audio = np.concatenate(parts)
    return joined


@dataclass(slots=True)
class Studio:
    """Records sentences one after the other."""

    rng: random.Random
    pause: Callable[[random.Random], Audio]

    def record(self, name: str, languages: list[Language], *, noise: float = 0.0) -> Recording:
        """One sentence per entry, each in a voice that training never used, and white noise of this amplitude."""
        parts: list[Audio] = [_silence(LEAD_SECONDS)]
        sentences: list[Spoken] = []
        for language in languages:
            english, spanish = held_out_sentence(self.rng)
            voice = draw_settings(self.rng, language, unheard=True)
            audio, said = speak(english if language == "en" else spanish, language, voice)
            sentences.append(_moved(said, sum(part.size for part in parts) / RATE))
            parts += [audio * np.float32(0.8), self.pause(self.rng)]
        sound = np.concatenate(parts)
        hiss = np.random.default_rng(self.rng.randrange(1 << 30)).standard_normal(sound.size)
        return Recording(name, (sound + noise * hiss).astype(np.float32), tuple(sentences))


def _moved(said: Spoken, by: float) -> Spoken:
    words = tuple((text, start + by, end + by) for text, start, end in said.words)
    return Spoken(said.text, said.language, said.start + by, said.end + by, words)


def utterances(count: int, seed: int) -> list[Recording]:
    """Single sentences, English and Spanish in turn, clean and noisy."""
    studio = Studio(random.Random(seed), lambda rng: _silence(rng.uniform(0.3, 0.8)))
    languages: list[list[Language]] = [["en"], ["es"]]
    return [studio.record(f"{n:03}", languages[n % 2], noise=(0, 0.003, 0.01)[n % 3]) for n in range(count)]


def long_recordings(seed: int) -> list[Recording]:
    """Ten: pauses, noise, music and a long silence in both languages, and two that change the language."""
    rng = random.Random(seed)
    made: list[Recording] = []
    for language in ("en", "es"):
        said: list[Language] = [language] * SENTENCES
        made += [
            Studio(rng, lambda rng: _silence(rng.uniform(0.1, 4))).record(f"{language} pauses", said),
            Studio(rng, lambda rng: _silence(rng.uniform(0.3, 1))).record(f"{language} noise", said, noise=0.01),
            Studio(rng, _sometimes(_music, 8)).record(f"{language} music", said),
            Studio(rng, _sometimes(_silence, 45)).record(f"{language} silence", said),
        ]
    half = SENTENCES // 2
    short = Studio(rng, lambda rng: _silence(rng.uniform(0.3, 1.2)))
    english: list[Language] = ["en"] * half
    spanish: list[Language] = ["es"] * half
    made.append(short.record("en then es", english + spanish))
    made.append(short.record("es then en", spanish + english))
    return made


def _sometimes(sound: Callable[[float], Audio], seconds: float) -> Callable[[random.Random], Audio]:
    """A short pause, or one time in eight something long."""
    return lambda rng: sound(seconds) if rng.random() < 1 / 8 else _silence(rng.uniform(0.3, 1))


def _silence(seconds: float) -> Audio:
    return np.zeros(round(seconds * RATE), np.float32)


def _music(seconds: float) -> Audio:
    """A melody of plucked notes, two a second, with half a second of silence around it."""
    time = np.arange(RATE // 2) / RATE
    notes = [NOTES_HZ[(index * 5) % len(NOTES_HZ)] for index in range(round(seconds * 2))]
    tones = [0.3 * np.exp(-4 * time) * np.sin(2 * np.pi * note * time) for note in notes]
    return np.concatenate([_silence(0.5), *tones, _silence(0.5)]).astype(np.float32)
