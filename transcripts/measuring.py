"""How fast this machine transcribes: a spoken sample, over and over, through the engine that serves the hub."""

from __future__ import annotations

import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .engine import Job, Options
from .engine.audio import SAMPLE_RATE, decode
from .engine.engine import Engine

SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """One recording: its length and what it took, in seconds, and how many words came."""

    audio: float
    took: float
    words: int

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for a second of audio: below 1 is faster than speech."""
        return self.took / self.audio


def write_repeated(sample: Path, seconds: float, target: Path) -> Path:
    """Write the speech of `sample` over and over as a WAV file of exactly `seconds`, and return `target`.

    Raises:
        Unreadable, NoAudio: the sample.
    """
    sound = np.concatenate([block[0] for block in decode(sample)])
    samples = (np.clip(sound, -1.0, 1.0) * np.iinfo(np.int16).max).astype("<i2")
    left = round(seconds * SAMPLE_RATE)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        while left > 0:
            file.writeframes(samples[:left].tobytes())
            left -= len(samples)
    return target


def measure(engine: Engine, path: Path, seconds: float, heard: Callable[[float], object]) -> Measured:
    """Transcribe a recording of that length as the hub would, language detection and word times included.

    `heard` is called with seconds of audio as they are done.
    """
    began, done, words = time.perf_counter(), 0.0, 0
    for result in engine.transcribe(path, Options(), job=Job(path.name)):
        heard(result.end - done)
        done = result.end
        words += sum(len(segment.text.split()) for segment in result.segments)
    return Measured(seconds, time.perf_counter() - began, words)
