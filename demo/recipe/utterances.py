"""The training material: spoken sentences with their log-mel spectrograms and labels."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from demo.recipe import vocabulary
from demo.recipe.features import log_mel
from demo.recipe.grammar import Sentence, is_held_out, sentence
from demo.recipe.speech import SAMPLE_RATE, Span, say
from demo.recipe.voices import Language, draw_settings

_TAIL = 480  # samples of silence after the speech: 30 ms


class TokenSpan(NamedTuple):
    """The text tokens of one word; times in seconds of the utterance."""

    ids: list[int]
    start: float
    end: float


@dataclass(frozen=True)
class Utterance:
    """One sentence spoken once.

    `mel`: float16[n_frames, 80], `lead` seconds of silence first. `duration` is in seconds, `rms` of full scale 1.
    Times of `words` and `phonemes` are in seconds after the lead.
    """

    language: Language
    sentence: Sentence
    mel: NDArray[np.float16]
    lead: float
    duration: float
    rms: float
    words: list[Span]
    phonemes: list[Span]

    def text(self, language: Language) -> str:
        """What is said, or what it means in the other language."""
        return self.sentence.english if language == "en" else self.sentence.spanish

    @cached_property
    def word_tokens(self) -> list[TokenSpan]:
        """The words as tokens of the language that is spoken."""
        return [TokenSpan(vocabulary.encode(text), start, end) for text, start, end in self.words]


def utterances(language: Language, seed: int) -> Iterator[Utterance]:
    """Speak sentences that are not held out, without end, in random voices."""
    rng = random.Random(seed)
    while True:
        drawn = sentence(rng)
        if not is_held_out(drawn.english):
            yield _spoken(drawn, language, rng)


def _spoken(drawn: Sentence, language: Language, rng: random.Random) -> Utterance:
    speech = say(drawn.english if language == "en" else drawn.spanish, draw_settings(rng, language))
    lead = rng.randint(400, 559)  # 25 to 35 ms: moves the speech within a frame
    return Utterance(
        language=language,
        sentence=drawn,
        mel=log_mel(np.pad(speech.audio, (lead, _TAIL))).astype(np.float16),
        lead=lead / SAMPLE_RATE,
        duration=speech.duration,
        rms=float(np.sqrt((speech.audio**2).mean())),
        words=speech.words,
        phonemes=speech.phonemes,
    )


def save(material: list[Utterance], path: Path) -> None:
    """Keep the material for the training runs on this machine."""
    with path.open("wb") as file:
        pickle.dump(material, file, protocol=4)


def load(path: Path) -> list[Utterance]:
    """Read what `save` wrote. Unpickling runs code: only ever read a file of your own."""
    with path.open("rb") as file:
        material: list[Utterance] = pickle.load(file)
    return material
