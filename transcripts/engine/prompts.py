"""What the model is told before it listens: hotwords, the initial prompt, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from faster_whisper.tokenizer import Tokenizer

from .takes import COMPRESSION_LIMIT, Take
from .types import Options, Segment

ROOM: Final = 223
"""Tokens before `<|startoftranscript|>`: half of the decoder's positions less one, as in Whisper."""
HOTWORDS_ROOM: Final = ROOM // 2
"""Tokens of hotwords at most, so that a long list does not drive out everything else."""
HISTORY_LENGTHS: Final = (0, 16, 48, 112, 192)
"""Tokens of previous text are cut to one of these: only windows with prompts of equal length can share a batch."""
RESET_TEMPERATURE: Final = 0.5
"""What was decoded above it is not passed on: it may be a loop that would go on (Whisper's default)."""


class Prompter:
    """Prompts for one speaker's windows, in order."""

    def __init__(self, options: Options, said_before: Sequence[Segment] = ()) -> None:
        """`said_before` are the speaker's last segments of an earlier run, in order."""
        self._options = options
        self._history = _passed_on(said_before)
        self._language = said_before[-1].language if self._history else None

    def prompt(self, tokenizer: Tokenizer) -> list[int]:
        """Tokens up to language and task; never more than half of the model's positions."""
        told = self._told(tokenizer)
        return [*([tokenizer.sot_prev, *told] if told else []), *tokenizer.sot_sequence]

    def remember(self, takes: Sequence[Take], tokenizer: Tokenizer) -> None:
        """Note what was said, for the next prompt; another language or a doubtful take begins anew."""
        if tokenizer.language_code != self._language:
            self._history, self._language = [], tokenizer.language_code
        for take in takes:
            if take.temperature > RESET_TEMPERATURE or not take.is_varied:
                self._history = []
            else:
                self._history += take.text_tokens(tokenizer)
        self._history = self._history[-HISTORY_LENGTHS[-1] :]

    def _told(self, tokenizer: Tokenizer) -> list[int]:
        hotwords = _encoded(self._options.hotwords, tokenizer)[:HOTWORDS_ROOM]
        initial = _encoded(self._options.initial_prompt, tokenizer)[-(ROOM - len(hotwords)) :]
        room = min(len(self._history), ROOM - len(hotwords) - len(initial))
        count = max(length for length in HISTORY_LENGTHS if length <= room)
        return [*hotwords, *initial, *self._history[len(self._history) - count :]]


def _passed_on(segments: Sequence[Segment]) -> list[int]:
    """The tokens that the run before would have passed on: those of one language after the last doubtful segment."""
    history: list[int] = []
    for segment in reversed(segments):
        is_doubtful = segment.temperature > RESET_TEMPERATURE or segment.compression_ratio > COMPRESSION_LIMIT
        if is_doubtful or segment.language != segments[-1].language:
            break
        history = [*segment.tokens, *history]
    return history[-HISTORY_LENGTHS[-1] :]


def _encoded(text: str | None, tokenizer: Tokenizer) -> list[int]:
    tokens: list[int] = tokenizer.encode(f" {text.strip()}") if text and text.strip() else []
    return tokens
