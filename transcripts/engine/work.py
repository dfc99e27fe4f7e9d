"""What the jobs hand to the model thread: a question for the language, or a window to decode, with its progress."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from .audio import Audio
from .takes import Take

TEMPERATURES: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Whisper's own ladder (`transcribe.py` of openai/whisper)."""
MAX_LENGTH: Final = 448
"""Tokens of prompt and answer together: the decoder's positions. CTranslate2 gives an answer at most half of them."""
FRAMES_PER_SECOND: Final = 100

Encoded = NDArray[Any]
Spans = tuple[tuple[float, float], ...]


@dataclass(eq=False, slots=True)
class DetectWork:
    """Ask for the language of a window. `encoded` is kept for the decoding that follows, which counts its seconds."""

    features: Audio
    encoded: Encoded | None = None
    seconds: float = 0.0
    key: Hashable = "detect"

    @property
    def is_encoded(self) -> bool:
        """The encoder has done its part."""
        return self.encoded is not None


@dataclass(eq=False, slots=True)
class DecodeWork:
    """A window to decode: `features` is float32[n_mels, 3000], `encoded` its encoder output where that is known.

    `speech` are the spans (window seconds) in which somebody speaks. The work keeps what is done of it: `parts` are
    the takes up to `offset`, from where on `features` are; `takes` are failed ones of what comes after.
    """

    features: Audio
    seconds: float
    speech: Spans
    tokenizer: Tokenizer
    prompt: list[int]
    word_timestamps: bool
    temperatures: tuple[float, ...] = TEMPERATURES
    encoded: Encoded | None = None
    offset: float = 0.0
    parts: list[Take] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)

    @property
    def temperature(self) -> float:
        """Of the round to come."""
        return self.temperatures[len(self.takes)]

    @property
    def key(self) -> Hashable:
        """One CTranslate2 call takes one temperature and one position of `<|startoftranscript|>`."""
        return ("decode", len(self.prompt), self.temperature)

    @property
    def is_encoded(self) -> bool:
        """The encoder has done its part."""
        return self.encoded is not None

    @property
    def token_limit(self) -> int:
        """Tokens that an answer can have; one that has them all was cut short."""
        return min(MAX_LENGTH // 2, MAX_LENGTH - len(self.prompt))

    def speech_after(self, time: float) -> float:
        """Seconds of speech after this window time."""
        return sum(end - max(start, time) for start, end in self.speech if end > time)

    def try_again(self, failed: Take, encoded: Encoded) -> None:
        """Prepare the next temperature; the encoder has done its part."""
        self.takes.append(failed)
        self.encoded = encoded

    def go_on(self, done: Take, offset: float) -> None:
        """Prepare the decoding of what comes after `offset` (window seconds)."""
        gone = round((offset - self.offset) * FRAMES_PER_SECOND)
        self.features = pad_or_trim(self.features[:, gone:])
        self.parts.append(done)
        self.offset, self.takes, self.encoded = offset, [], None


AnyWork = DetectWork | DecodeWork
Languages = dict[str, float]
Answer = tuple[Take, ...] | Languages


def temperatures(first: float) -> tuple[float, ...]:
    """The ladder from `first` up."""
    return (first, *(step for step in TEMPERATURES if step > first))
