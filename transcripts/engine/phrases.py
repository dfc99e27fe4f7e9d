"""Tokens → phrases: the text between Whisper's timestamp tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

TIMESTAMP_SECONDS: Final = 0.02
"""What one timestamp token stands for."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text tokens between two timestamps (window seconds); a missing timestamp is None."""

    start: float | None
    end: float | None
    tokens: tuple[int, ...]


def split(tokens: Sequence[int], timestamp_begin: int, eot: int, offset: float = 0.0) -> Iterator[Phrase]:
    """Phrases between timestamps. Text before the first or after the last timestamp is a phrase too.

    `offset` is the window time (seconds) of the timestamp token for 0.
    """
    start: float | None = None
    text: list[int] = []
    for token in tokens:
        if token < eot:
            text.append(token)
        elif token >= timestamp_begin:
            time = offset + (token - timestamp_begin) * TIMESTAMP_SECONDS
            if text:
                yield Phrase(start, time, tuple(text))
                start, text = None, []
            else:
                start = time
    if text:
        yield Phrase(start, None, tuple(text))
