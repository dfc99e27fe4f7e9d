"""One decoding of a window, and by what it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from faster_whisper.tokenizer import Tokenizer

from .guards import doubts
from .phrases import Phrase, split
from .words import TimedWord

COMPRESSION_LIMIT: Final = 2.4
LOGPROB_LIMIT: Final = -1.0
NO_SPEECH_LIMIT: Final = 0.6
"""Whisper's own defaults (`transcribe.py` of openai/whisper), all three."""


@dataclass(frozen=True, slots=True)
class Take:
    """One decoding: its tokens, timestamps among them, its text, and the numbers by which it is judged.

    `offset` is the window time (seconds) at which it began to listen; `words` are in window time. `cut_short` says
    that the decoder stopped for want of room, not because it was done.
    """

    tokens: tuple[int, ...]
    text: str
    temperature: float
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    offset: float = 0.0
    cut_short: bool = False
    words: tuple[TimedWord, ...] = ()

    @property
    def is_silent(self) -> bool:
        """No speech by the model's own word, and no confident text against it."""
        return self.no_speech_prob > NO_SPEECH_LIMIT and self.avg_logprob < LOGPROB_LIMIT

    @property
    def is_varied(self) -> bool:
        """Not repetitive beyond what speech is."""
        return self.compression_ratio <= COMPRESSION_LIMIT

    @property
    def is_confident(self) -> bool:
        """Not improbable."""
        return self.avg_logprob >= LOGPROB_LIMIT

    def is_good(self, seconds: float) -> bool:
        """Varied, confident, and nothing odd about such a text in `seconds` of speech."""
        return self.is_varied and self.is_confident and not doubts(self.text, seconds)

    def phrases(self, tokenizer: Tokenizer) -> list[Phrase]:
        """In window time."""
        return list(split(self.tokens, tokenizer.timestamp_begin, tokenizer.eot, self.offset))

    def text_tokens(self, tokenizer: Tokenizer) -> list[int]:
        """Without timestamps and other special tokens; nothing of a silent window."""
        return [] if self.is_silent else [token for token in self.tokens if token < tokenizer.eot]


def best(takes: Sequence[Take], seconds: float) -> Take:
    """The one to keep where none is good: not repetitive if possible, then without oddities, then the most probable."""
    return max(takes, key=lambda take: (take.is_varied, not doubts(take.text, seconds), take.avg_logprob))
