"""A decoded window → segments and words on the media's clock: phrases by Whisper's timestamp tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faster_whisper.tokenizer import Tokenizer

from .decoding import COMPRESSION_LIMIT, FRAMES_PER_SECOND, LOGPROB_LIMIT, Take, TimedWord
from .types import Segment, Word
from .windows import TimeMap

TIMESTAMP_SECONDS: Final = 0.02
"""What one timestamp token stands for."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text tokens between two timestamps (window seconds); a missing timestamp is None."""

    start: float | None
    end: float | None
    tokens: tuple[int, ...]


def segments(take: Take, tokenizer: Tokenizer, times: TimeMap, seconds: float) -> tuple[Segment, ...]:
    """All that the take of a window of `seconds` says, in order, without overlap, on the media's clock.

    Words lie inside their segment and never run backwards. Nothing where the take is silent.
    """
    if take.is_silent:
        return ()
    made: list[Segment] = []
    phrases = list(split(take.tokens, tokenizer.timestamp_begin, tokenizer.eot))
    floor = 0.0
    for phrase, words in zip(phrases, _share_out(take.words, phrases), strict=True):
        text = tokenizer.decode(list(phrase.tokens))
        if text.strip():
            start, end = _times(phrase, words, seconds, floor)
            made.append(_segment(take, phrase, words, times, (start, end), text))
            floor = end
    return tuple(made)


def split(tokens: Sequence[int], timestamp_begin: int, eot: int) -> Iterator[Phrase]:
    """Phrases between timestamps. Text before the first or after the last timestamp is a phrase too."""
    start: float | None = None
    text: list[int] = []
    for token in tokens:
        if token < eot:
            text.append(token)
        elif token >= timestamp_begin:
            time = (token - timestamp_begin) * TIMESTAMP_SECONDS
            if text:
                yield Phrase(start, time, tuple(text))
                start, text = None, []
            else:
                start = time
    if text:
        yield Phrase(start, None, tuple(text))


def _share_out(words: Iterable[TimedWord], phrases: Sequence[Phrase]) -> list[list[TimedWord]]:
    """Each word to the phrase in which its first token lies."""
    shares: list[list[TimedWord]] = [[] for _ in phrases]
    ends: list[int] = []
    for phrase in phrases:
        ends.append((ends[-1] if ends else 0) + len(phrase.tokens))
    index = position = 0
    for word in words:
        while index < len(phrases) - 1 and position >= ends[index]:
            index += 1
        shares[index].append(word)
        position += word.tokens
    return shares


def _times(phrase: Phrase, words: Sequence[TimedWord], seconds: float, floor: float) -> tuple[float, float]:
    """Start and end in window seconds, not before `floor`; words stand in for timestamps that are missing or empty."""
    start = phrase.start if phrase.start is not None else words[0].start if words else floor
    end = phrase.end if phrase.end is not None else words[-1].end if words else seconds
    if end - start < TIMESTAMP_SECONDS and words:
        start, end = words[0].start, words[-1].end
    start = min(max(start, floor), seconds)
    return start, min(max(end, start), seconds)


def _segment(
    take: Take, phrase: Phrase, words: Sequence[TimedWord], times: TimeMap, bounds: tuple[float, float], text: str
) -> Segment:
    start, end = times.start(bounds[0]), times.end(bounds[1])
    end = max(start, end)
    return Segment(
        start=start,
        end=end,
        text=text,
        words=tuple(_words(words, times, start, end)),
        tokens=phrase.tokens,
        seek=int(times.start(0.0) * FRAMES_PER_SECOND),
        temperature=take.temperature,
        avg_logprob=take.avg_logprob,
        compression_ratio=take.compression_ratio,
        no_speech_prob=take.no_speech_prob,
        flags=tuple(_flags(take)),
    )


def _words(words: Iterable[TimedWord], times: TimeMap, start: float, end: float) -> Iterator[Word]:
    """Media times, kept inside the segment and in order."""
    for word in words:
        begin, stop = times.span(word.start, word.end)
        begin = min(max(begin, start), end)
        start = min(max(stop, begin), end)
        yield Word(word.text, begin, start, word.probability)


def _flags(take: Take) -> Iterator[str]:
    if take.compression_ratio > COMPRESSION_LIMIT:
        yield "repetition"
    if take.avg_logprob < LOGPROB_LIMIT:
        yield "low_confidence"
