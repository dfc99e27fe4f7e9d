"""A decoded window → segments and words on the media's clock: phrases by Whisper's timestamp tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faster_whisper.tokenizer import Tokenizer

from .guards import LOW_CONFIDENCE, REPETITION, doubts
from .phrases import TIMESTAMP_SECONDS, Phrase
from .takes import Take
from .timemap import TimeMap
from .types import Segment, Word
from .words import TimedWord, settle
from .work import FRAMES_PER_SECOND, Spans

EDGE_SECONDS: Final = 0.4
"""A phrase whose timestamps reach further than this beyond its speech is trimmed; the voice detector's own margin."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window's text belongs: its clock, its length and speech (window seconds), who and in which language."""

    times: TimeMap
    seconds: float
    speech: Spans = ()
    language: str = ""
    speaker: str = ""


def segments(takes: Iterable[Take], tokenizer: Tokenizer, place: Place) -> tuple[Segment, ...]:
    """All that the takes of a window say, in order, without overlap, on the media's clock.

    Words lie inside their segment and never run backwards. Nothing where a take is silent.
    """
    made: list[Segment] = []
    floor = 0.0
    for take in takes:
        phrases = [] if take.is_silent else take.phrases(tokenizer)
        for phrase, words in zip(phrases, _share_out(take.words, phrases), strict=True):
            text = tokenizer.decode(list(phrase.tokens))
            if text.strip():
                start, end = _times(phrase, words, place, floor)
                made.append(_segment(take, phrase, settle(words, start, end, place.speech), place, (start, end), text))
                floor = end
    return tuple(made)


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


def _times(phrase: Phrase, words: Sequence[TimedWord], place: Place, floor: float) -> tuple[float, float]:
    """Start and end in window seconds, not before `floor`; words stand in for timestamps that are missing or empty."""
    start = phrase.start if phrase.start is not None else words[0].start if words else floor
    end = phrase.end if phrase.end is not None else words[-1].end if words else place.seconds
    if end - start < TIMESTAMP_SECONDS and words:
        start, end = words[0].start, words[-1].end
    start = min(max(start, floor), place.seconds)
    return _trimmed(start, min(max(end, start), place.seconds), place.speech)


def _trimmed(start: float, end: float, speech: Spans) -> tuple[float, float]:
    """Without long silence at both ends; as it is where the voice detector heard nothing in it."""
    inner = [span for span in speech if span[0] < end and span[1] > start]
    if not inner:
        return start, end
    return max(start, inner[0][0] - EDGE_SECONDS), min(end, inner[-1][1] + EDGE_SECONDS)


def _segment(
    take: Take, phrase: Phrase, words: Sequence[TimedWord], place: Place, bounds: tuple[float, float], text: str
) -> Segment:
    start, end = place.times.start(bounds[0]), place.times.end(bounds[1])
    end = max(start, end)
    return Segment(
        start=start,
        end=end,
        text=text,
        words=tuple(_words(words, place.times, start, end)),
        tokens=phrase.tokens,
        seek=int(place.times.start(0.0) * FRAMES_PER_SECOND),
        temperature=take.temperature,
        avg_logprob=take.avg_logprob,
        compression_ratio=take.compression_ratio,
        no_speech_prob=take.no_speech_prob,
        speaker=place.speaker,
        flags=flags(take, text, bounds[1] - bounds[0]),
        language=place.language,
    )


def _words(words: Iterable[TimedWord], times: TimeMap, start: float, end: float) -> Iterator[Word]:
    """Media times, kept inside the segment and in order."""
    for word in words:
        begin, stop = times.span(word.start, word.end)
        begin = min(max(begin, start), end)
        start = min(max(stop, begin), end)
        yield Word(word.text, begin, start, word.probability)


def flags(take: Take, text: str, seconds: float) -> tuple[str, ...]:
    """Doubts about a phrase of `seconds`: those about its text, and those about the take it is from."""
    found = {*doubts(text, seconds)}
    if not take.is_varied:
        found.add(REPETITION)
    if not take.is_confident:
        found.add(LOW_CONFIDENCE)
    return tuple(sorted(found))
