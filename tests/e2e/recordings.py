"""Speech for the tests of the whole: held-out sentences, spoken now, with known words, times and length."""

from __future__ import annotations

import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from tests.speech import VOICES, Language, say, sentences

RATE = 22_050  # espeak-ng's own rate, Hz
LOUD = 400  # of 32767: above the noise of espeak-ng's 16-bit output, below any spoken sound
PAUSE_SECONDS = 0.8


@dataclass(frozen=True, slots=True)
class Recording:
    """What is really said in a file.

    Attributes:
        spans: start and end of each sentence's sound, in seconds.
        duration: of the whole file, in seconds.
    """

    path: Path
    text: str
    english: str
    spans: tuple[tuple[float, float], ...]
    duration: float


def record(path: Path, language: Language, count: int, seed: int, *, times: int = 1) -> Recording:
    """Speak `count` sentences, all of them `times` times, into the WAV file `path`, with pauses all around."""
    spoken = sentences(language, count, seed)
    voices = [_sound(say(sentence.text, path, voice=VOICES[language])) for sentence in spoken]
    pause = array("h", bytes(2 * int(PAUSE_SECONDS * RATE)))
    samples, spans = array("h", pause), []
    for voice in voices * times:
        spans.append((len(samples) / RATE, (len(samples) + len(voice)) / RATE))
        samples += voice + pause
    write(path, samples)
    return Recording(
        path,
        " ".join(sentence.text for sentence in spoken * times),
        " ".join(sentence.english for sentence in spoken * times),
        tuple(spans),
        len(samples) / RATE,
    )


def write(path: Path, samples: array[int]) -> None:
    """Write 16-bit mono samples at `RATE` as WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())


def read(path: Path) -> array[int]:
    """The 16-bit mono samples of a WAV file."""
    with wave.open(str(path), "rb") as file:
        return array("h", file.readframes(file.getnframes()))


def _sound(path: Path) -> array[int]:
    """What espeak-ng wrote, without the silence at either end."""
    samples = read(path)
    loud = [index for index, sample in enumerate(samples) if abs(sample) > LOUD]
    return samples[loud[0] : loud[-1] + 1]
