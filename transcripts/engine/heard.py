"""Windows on their way through a job: features instead of audio, a language, an answer to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from .audio import Audio
from .decoding import Decoder
from .gate import Gate
from .timemap import TimeMap
from .windows import Window
from .work import Answer, DetectWork, Spans


@dataclass(frozen=True, slots=True)
class Language:
    """Code and, where it was detected, probability."""

    code: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """The question for a window's language, and its answer to come."""

    work: DetectWork
    answer: Future[Answer]


@dataclass(slots=True)
class HeardTrack:
    """One channel with speech: features (float32[n_mels, 3000]), speech (window seconds), and what is known of it."""

    channel: int
    features: Audio
    speech: Spans
    ballot: Ballot | None = None
    language: Language | None = None

    @property
    def spoken(self) -> float:
        """Seconds of speech."""
        return sum(end - start for start, end in self.speech)


@dataclass(slots=True)
class Heard:
    """A window without its audio; `tracks` are the channels that have speech, of `channels` in all."""

    end: float
    last: bool
    seconds: float
    times: TimeMap
    channels: int
    tracks: list[HeardTrack]


def hear(windows: Iterable[Window], decoder: Decoder, gate: Gate) -> Iterator[Heard]:
    """Features of every window. Decoding, voice detection and features run inside the gate, one window at a time."""
    coming = iter(windows)
    had, last = 0.0, False

    def next_one() -> Heard | None:
        window = next(coming, None)
        return None if window is None else _heard(window, decoder)

    while not last and (heard := gate.do(had, next_one)) is not None:
        had += heard.seconds
        last = heard.last  # read before it is given away
        yield heard


def _heard(window: Window, decoder: Decoder) -> Heard:
    tracks = [
        HeardTrack(channel, decoder.features(track.audio), track.speech)
        for channel, track in enumerate(window.tracks)
        if track.audio.size
    ]
    return Heard(window.end, window.last, window.seconds, window.times, len(window.tracks), tracks)
