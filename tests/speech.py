"""The test suite's own voice and ruler: new speech by espeak-ng, stored recordings with their truth, word errors.

The demo model knows one small grammar, so every test of recognition speaks sentences of that grammar. All that
`sentences` gives was kept away from the model's training.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jiwer
import pytest

from demo.recipe.grammar import held_out_sentence
from demo.recipe.scoring import words

__all__ = [
    "DEMO_MODEL",
    "SAMPLES",
    "VOICES",
    "Reference",
    "ReferenceSegment",
    "ReferenceWord",
    "Sentence",
    "convert",
    "reference",
    "requires",
    "requires_espeak",
    "requires_ffmpeg",
    "say",
    "sentences",
    "word_error_rate",
    "words",
]

Language = Literal["en", "es"]

DEMO_MODEL = Path(__file__).resolve().parent.parent / "demo" / "model"
SAMPLES = DEMO_MODEL.parent / "samples"

VOICES: dict[Language, str] = {"en": "en-us", "es": "es"}


def requires(program: str) -> pytest.MarkDecorator:
    """Skip without the program; under `WHISPERHUB_REQUIRE_SERVICES=1` the test runs, and fails for want of it."""
    required = os.environ.get("WHISPERHUB_REQUIRE_SERVICES") == "1"
    missing = shutil.which(program) is None
    return pytest.mark.skipif(missing and not required, reason=f"the program {program} is not installed")


requires_espeak = requires("espeak-ng")
requires_ffmpeg = requires("ffmpeg")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to say: its text in the language asked for, and what it means in English."""

    text: str
    english: str


@dataclass(frozen=True, slots=True)
class ReferenceWord:
    """A word as it is written in the text, mark included; times in seconds of the recording."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class ReferenceSegment:
    """One spoken sentence; times in seconds of the recording."""

    start: float
    end: float
    text: str
    english: str
    words: tuple[ReferenceWord, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """What is really said in a stored recording. Silence and noise have no language and no segments."""

    path: Path
    language: Language | None
    duration: float
    segments: tuple[ReferenceSegment, ...]

    @property
    def text(self) -> str:
        """All sentences, in order."""
        return " ".join(segment.text for segment in self.segments)

    @property
    def english(self) -> str:
        """All sentences in English: the right answer for `task=translate`."""
        return " ".join(segment.english for segment in self.segments)


def say(text: str, path: Path, *, voice: str = "en-us", speed: int = 150, pitch: int = 50) -> Path:
    """Speak `text` into a WAV file (mono, 16 bit, 22050 Hz) and return its path.

    `speed` is in words per minute; the model is at its best from 130 to 170. `pitch` goes from 0 to 99.
    """
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-b", "1", "-w", str(path), "--stdin"]
    subprocess.run(command, input=text.encode(), check=True, timeout=60)
    return path


def convert(source: Path, target: Path, *ffmpeg_args: str) -> Path:
    """Write `source` as the container and codec that `target` is named for; `ffmpeg_args` are its output options."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(source), *ffmpeg_args, str(target)]
    subprocess.run(command, check=True, timeout=120)
    return target


def sentences(language: Language, count: int, seed: int) -> list[Sentence]:
    """`count` different sentences that the demo model was never trained on; the same seed gives the same ones."""
    rng = random.Random(seed)
    drawn: dict[str, Sentence] = {}
    while len(drawn) < count:
        english, spanish = held_out_sentence(rng)
        drawn.setdefault(english, Sentence(english if language == "en" else spanish, english))
    return list(drawn.values())


def word_error_rate(reference: str, hypothesis: str) -> float:
    """Substituted, missing and invented words per word of `reference`; case and punctuation do not count."""
    return float(jiwer.wer(" ".join(words(reference)), " ".join(words(hypothesis))))


@cache
def _references() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / "reference.json").read_text(encoding="utf-8"))
    return loaded


def reference(name: str) -> Reference:
    """The truth about one recording in `SAMPLES`, by its file name (`en-short-1.flac`).

    Raises:
        KeyError: there is no such recording.
    """
    entry = _references()[name]
    segments = tuple(
        ReferenceSegment(
            start=segment["start"],
            end=segment["end"],
            text=segment["text"],
            english=segment["english"],
            words=tuple(ReferenceWord(*word) for word in segment["words"]),
        )
        for segment in entry["segments"]
    )
    return Reference(SAMPLES / name, entry["language"], entry["duration"], segments)
