"""Windows of at most 30 s for the model: speech with a little quiet around it, long silences left out.

A window may be glued from several pieces of the media; `TimeMap` leads from its own time back to the media's.
Windows follow each other without overlap: what one ends with, the next begins after.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from .audio import SAMPLE_RATE, Audio
from .speech import FRAME, Detector, Span, SpanFinder

FRAME_SECONDS: Final = FRAME / SAMPLE_RATE
MAX_FRAMES: Final = 30 * SAMPLE_RATE // FRAME
"""937 frames, 29.98 s: what Whisper hears at once."""
PAD: Final = 12
"""Frames (384 ms) of quiet kept on both sides of speech: soft beginnings and ends of words are below the threshold."""
FULL: Final = MAX_FRAMES * 4 // 5
"""From 24 s on a window may end at the best pause instead of the last."""
LONG_PAUSE: Final = 19
"""Frames (0.6 s): a pause between sentences; longer is no better a place to cut."""
MAX_EXTENT: Final = 60 * SAMPLE_RATE // FRAME
"""Frames (60 s) of media after which a window goes out though it is not full, and silence is reported as progress."""
CUT_WIDTH: Final = 5
"""Frames (160 ms) over which the quietest place in unbroken speech is sought."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`length` seconds that lie at `inside` in the window and at `outside` in the media."""

    inside: float
    outside: float
    length: float


class TimeMap:
    """Window time → media time, both in seconds."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces = tuple(pieces)
        self._starts = [piece.inside for piece in self._pieces]

    def start(self, time: float) -> float:
        """Media time of something that begins at `time`; at a joint, the beginning of what comes after."""
        return self._map(bisect_right(self._starts, time + 1e-6) - 1, time)

    def end(self, time: float) -> float:
        """Media time of something that ends at `time`; at a joint, the end of what came before."""
        return self._map(bisect_right(self._starts, time - 1e-6) - 1, time)

    def span(self, start: float, end: float) -> tuple[float, float]:
        """Media times of something short, such as a word: it lies in one piece, that of its middle."""
        index = bisect_right(self._starts, (start + end) / 2) - 1
        return self._map(index, start), self._map(index, end)

    def _map(self, index: int, time: float) -> float:
        piece = self._pieces[max(0, index)]
        return piece.outside + min(max(0.0, time - piece.inside), piece.length)


@dataclass(frozen=True, slots=True)
class Window:
    """Speech for the model (`audio` is float32[n ≤ 480000]), or nothing but silence (`audio` is empty).

    `end` is the media time (seconds) up to which this and all earlier windows have covered the media.
    """

    audio: Audio
    times: TimeMap
    end: float

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return self.audio.size / SAMPLE_RATE


def aligned(seconds: float) -> int:
    """The frame that begins nearest to `seconds`."""
    return round(seconds / FRAME_SECONDS)


def windows(blocks: Iterable[Audio], first: int, warm_up: int = 0) -> Iterator[Window]:
    """Cut blocks of audio into windows.

    Args:
        blocks: float32[n] at 16 kHz mono, gapless; the first sample is that of frame `first - warm_up`.
        first: the frame from which on speech counts.
        warm_up: frames before it that only bring the detector into its state.
    """
    packer = Packer(first)
    detect = Detector()
    frame = first - warm_up
    rest = np.zeros(0, np.float32)
    for block in blocks:
        joined = np.concatenate([rest, block])
        whole = joined.size - joined.size % FRAME
        samples, rest = joined[:whole], joined[whole:]
        yield from packer.feed(frame, samples, detect(samples))
        frame += whole // FRAME
    if rest.size:
        padded = np.pad(rest, (0, FRAME - rest.size))
        yield from packer.feed(frame, padded, detect(padded))
    yield from packer.finish(end=(frame * FRAME + rest.size) / SAMPLE_RATE)


class Packer:
    """Collects spans of speech and the audio under them until a window is full."""

    def __init__(self, first: int) -> None:
        self._done = first  # all before this frame has gone out
        self._next = first  # the frame to come
        self._finder = SpanFinder()
        self._spans: list[Span] = []
        self._samples = np.zeros(0, np.float32)  # from frame `_done` on
        self._probabilities: list[float] = []  # likewise

    def feed(self, frame: int, samples: Audio, probabilities: Audio) -> Iterator[Window]:
        """Take whole frames that begin at `frame`; those before the first that counts are left out."""
        skip = max(0, self._next - frame)
        self._samples = np.concatenate([self._samples, samples[skip * FRAME :]])
        for probability in probabilities[skip:].tolist():
            self._probabilities.append(probability)
            self._close(self._finder.feed(self._next, probability))
            self._next += 1
            if self._next - self._done >= MAX_FRAMES - PAD:
                yield from self._full()

    def finish(self, end: float) -> Iterator[Window]:
        """What is left when the audio has ended; the last window reaches to `end` seconds."""
        self._close(self._finder.finish(self._next))
        yield self._emit(len(self._spans), self._next, media_end=end)

    def _close(self, span: Span | None) -> None:
        if span is not None:
            self._spans.append(span)

    def _full(self) -> Iterator[Window]:
        """The window that must go out before another frame may be taken, if any."""
        opened, spans = self._finder.open, self._spans
        extent = self._next - (spans[0].start if spans else self._done)
        if opened is not None and self._length(opened) > MAX_FRAMES:
            yield self._emit_joint(opened) if spans else self._emit_cut(opened)
        elif spans and extent >= MAX_EXTENT:
            yield self._emit(len(spans), _middle(spans[-1].end, self._next if opened is None else opened))
        elif opened is None and not spans and extent >= MAX_EXTENT:
            yield self._emit(0, self._next - PAD)

    def _length(self, opened: int) -> int:
        """Frames of a window that holds all spans and the open one as far as it has come."""
        return sum(end - start for start, end in _padded([*self._spans, Span(opened, self._next)], self._done))

    def _emit_joint(self, opened: int) -> Window:
        """End the window in a pause: the longest of those that leave it well filled, otherwise the last."""
        following = [span.start for span in self._spans[1:]] + [opened]
        pauses = [start - span.end for span, start in zip(self._spans, following, strict=True)]
        filled = np.cumsum([end - start for start, end in _padded(self._spans, self._done)])
        good = [index for index in range(len(pauses)) if filled[index] >= FULL]
        last = max(good, key=lambda index: (min(pauses[index], LONG_PAUSE), index), default=len(pauses) - 1)
        return self._emit(last + 1, _middle(self._spans[last].end, following[last]))

    def _emit_cut(self, opened: int) -> Window:
        """Speech without a pause: cut it at the quietest place of the window's second half."""
        begin = opened + MAX_FRAMES // 2
        offset = begin - self._done
        frames = self._samples[offset * FRAME : (self._next - self._done) * FRAME].reshape(-1, FRAME)
        loudness = np.sqrt(np.mean(np.square(frames), axis=1))
        doubt = np.array(self._probabilities[offset:]) + loudness / max(float(loudness.max()), 1e-9)
        smooth = np.convolve(doubt, np.ones(CUT_WIDTH) / CUT_WIDTH, mode="valid")
        cut = begin + int(np.argmin(smooth)) + CUT_WIDTH // 2
        self._spans.append(self._finder.cut(cut))
        return self._emit(1, cut)

    def _emit(self, count: int, limit: int, media_end: float | None = None) -> Window:
        """Let the first `count` spans go; nothing from frame `limit` on belongs to them."""
        bounds = _padded(self._spans[:count], self._done)
        bounds = [(start, min(end, limit)) for start, end in bounds]
        parts = [self._samples[(a - self._done) * FRAME : (b - self._done) * FRAME] for a, b in bounds]
        window = Window(
            audio=np.concatenate(parts) if parts else np.zeros(0, np.float32),
            times=_time_map(bounds),
            end=(bounds[-1][1] if bounds else limit) * FRAME / SAMPLE_RATE if media_end is None else media_end,
        )
        self._forget(count, bounds[-1][1] if bounds else limit)
        return window

    def _forget(self, count: int, frame: int) -> None:
        """Drop `count` spans and all audio before `frame`."""
        gone = frame - self._done
        self._spans = self._spans[count:]
        self._samples = self._samples[gone * FRAME :]
        self._probabilities = self._probabilities[gone:]
        self._done = frame


def _middle(end: int, start: int) -> int:
    return (end + start + 1) // 2


def _padded(spans: list[Span], begin: int) -> list[tuple[int, int]]:
    """Spans with their quiet around them, none before `begin`; neighbours that would meet share the pause between."""
    bounds: list[tuple[int, int]] = []
    for index, span in enumerate(spans):
        end = span.end + PAD
        if index + 1 < len(spans):
            end = min(end, _middle(span.end, spans[index + 1].start))
        bounds.append((max(begin, span.start - PAD), end))
        begin = end
    return bounds


def _time_map(bounds: list[tuple[int, int]]) -> TimeMap:
    lengths = [end - start for start, end in bounds]
    inside = [0, *accumulate(lengths)]
    return TimeMap(
        Piece(*(frames * FRAME / SAMPLE_RATE for frames in (inside[index], start, lengths[index])))
        for index, (start, _) in enumerate(bounds)
    )
