"""Windows of at most 30 s for the model: speech with a little quiet around it, long silences left out.

A window may be glued from several pieces of the media; its `TimeMap` leads from its own time back to the media's.
Windows follow each other without overlap: what one ends with, the next begins after. Channels are cut together, in
pauses that they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

import numpy as np

from .audio import SAMPLE_RATE, Audio
from .speech import FRAME, FRAME_SECONDS, Detector, Span, SpanFinder, frames
from .timemap import Piece, TimeMap
from .types import VadOptions

MAX_FRAMES: Final = 30 * SAMPLE_RATE // FRAME
"""937 frames, 29.98 s: what Whisper hears at once."""
FULL: Final = 0.8
"""From this part of its length on (24 s) a window may end at the best pause instead of the last."""
LONG_PAUSE: Final = 19
"""Frames (0.6 s): a pause between sentences; longer is no better a place to cut."""
MAX_EXTENT: Final = 60 * SAMPLE_RATE // FRAME
"""Frames (60 s) of media after which a window goes out though it is not full, and silence is reported as progress."""
CUT_WIDTH: Final = 5
"""Frames (160 ms) over which the quietest place in unbroken speech is sought."""


@dataclass(frozen=True, slots=True)
class Track:
    """One channel of a window: float32[n ≤ 480000], and the spans (window seconds) in which somebody speaks.

    Without speech the audio is empty.
    """

    audio: Audio
    speech: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """`seconds` of audio on one or more channels; of nothing but silence where no channel has speech.

    `end` is the media time (seconds) up to which this and all earlier windows have covered the media; nothing comes
    after the `last`.
    """

    tracks: tuple[Track, ...]
    seconds: float
    times: TimeMap
    end: float
    last: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """How to make windows: what speech is, whether pauses inside are kept (`contiguous`), how many frames at most."""

    vad: VadOptions = field(default_factory=VadOptions)
    contiguous: bool = False
    longest: int = MAX_FRAMES


def windows(blocks: Iterable[Audio], first: int, warm_up: int = 0, cut: Cut | None = None) -> Iterator[Window]:
    """Cut blocks of audio into windows.

    Args:
        blocks: float32[channels, n] at 16 kHz, gapless; the first sample is that of frame `first - warm_up`.
        first: the frame from which on speech counts.
        warm_up: frames before it that only bring the detector into its state.
        cut: how; the defaults where it is None.
    """
    packer = Packer(first, cut or Cut())
    detectors: list[Detector] = []
    frame = first - warm_up
    rest = np.zeros((0, 0), np.float32)
    for block in blocks:
        if not detectors:
            detectors = [Detector() for _ in block]
            rest = np.zeros((len(block), 0), np.float32)
        joined = np.concatenate([rest, block], axis=1)
        whole = joined.shape[1] - joined.shape[1] % FRAME
        samples, rest = joined[:, :whole], joined[:, whole:]
        yield from packer.feed(frame, samples, _detect(detectors, samples))
        frame += whole // FRAME
    left = rest.shape[1]
    if left:
        padded = np.pad(rest, ((0, 0), (0, FRAME - left)))
        yield from packer.feed(frame, padded, _detect(detectors, padded))
    yield from packer.finish(end=(frame * FRAME + left) / SAMPLE_RATE)


def _detect(detectors: Sequence[Detector], samples: Audio) -> Audio:
    return np.stack([detect(channel) for detect, channel in zip(detectors, samples, strict=True)])


class Packer:
    """Collects spans of speech and the audio under them until a window is full."""

    def __init__(self, first: int, cut: Cut) -> None:
        self._cut = cut
        self._pad = frames(cut.vad.pad)
        self._done = first  # all before this frame has gone out
        self._next = first  # the frame to come
        self._finder = SpanFinder(cut.vad)
        self._spans: list[Span] = []
        self._samples: Audio | None = None  # [channels, n] from frame `_done` on
        self._probabilities: Audio | None = None  # [channels, k], likewise

    def feed(self, frame: int, samples: Audio, probabilities: Audio) -> Iterator[Window]:
        """Take whole frames that begin at `frame`; those before the first that counts are left out.

        `samples` is float32[channels, k * 512], `probabilities` float32[channels, k].
        """
        skip = min(max(0, self._next - frame), probabilities.shape[1])
        self._samples = _appended(self._samples, samples[:, skip * FRAME :])
        self._probabilities = _appended(self._probabilities, probabilities[:, skip:])
        for probability in probabilities[:, skip:].max(axis=0).tolist():
            self._close(self._finder.feed(self._next, probability))
            self._next += 1
            if self._next - self._done >= self._cut.longest - self._pad:
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
        if opened is not None and self._length(opened) > self._cut.longest:
            yield self._emit_joint(opened) if spans else self._emit_cut(opened)
        elif spans and extent >= MAX_EXTENT:
            yield self._emit(len(spans), _middle(spans[-1].end, self._next if opened is None else opened))
        elif opened is None and not spans and extent >= MAX_EXTENT:
            yield self._emit(0, self._next - self._pad)

    def _length(self, opened: int) -> int:
        """Frames of a window that holds all spans and the open one as far as it has come."""
        return sum(end - start for start, end in self._padded([*self._spans, Span(opened, self._next)]))

    def _emit_joint(self, opened: int) -> Window:
        """End the window in a pause: the longest of those that leave it well filled, otherwise the last."""
        following = [span.start for span in self._spans[1:]] + [opened]
        pauses = [start - span.end for span, start in zip(self._spans, following, strict=True)]
        counts = range(1, len(self._spans) + 1)
        filled = [sum(end - start for start, end in self._padded(self._spans[:count])) for count in counts]
        good = [index for index in range(len(pauses)) if filled[index] >= FULL * self._cut.longest]
        last = max(good, key=lambda index: (min(pauses[index], LONG_PAUSE), index), default=len(pauses) - 1)
        return self._emit(last + 1, _middle(self._spans[last].end, following[last]))

    def _emit_cut(self, opened: int) -> Window:
        """Speech without a pause: cut it at the quietest place of the window's second half."""
        begin = opened + self._cut.longest // 2
        samples, probabilities = self._between(begin, self._next)
        loudness = np.sqrt(np.mean(np.square(samples.reshape(len(samples), -1, FRAME)), axis=(0, 2)))
        doubt = probabilities.max(axis=0) + loudness / max(float(loudness.max()), 1e-9)
        smooth = np.convolve(doubt, np.ones(CUT_WIDTH) / CUT_WIDTH, mode="valid")
        cut = begin + int(np.argmin(smooth)) + CUT_WIDTH // 2
        self._spans.append(self._finder.cut(cut))
        return self._emit(1, cut)

    def _emit(self, count: int, limit: int, media_end: float | None = None) -> Window:
        """Let the first `count` spans go; nothing from frame `limit` on belongs to them."""
        spans = self._spans[:count]
        bounds = [(start, min(end, limit)) for start, end in self._padded(spans)]
        end = bounds[-1][1] if bounds else limit
        window = Window(
            tracks=self._tracks(spans, bounds),
            seconds=sum(stop - start for start, stop in bounds) * FRAME_SECONDS,
            times=_time_map(bounds),
            end=end * FRAME / SAMPLE_RATE if media_end is None else media_end,
            last=media_end is not None,
        )
        self._forget(count, end)
        return window

    def _tracks(self, spans: list[Span], bounds: list[tuple[int, int]]) -> tuple[Track, ...]:
        if not bounds:
            return ()
        parts = [self._between(start, end) for start, end in bounds]
        audio = np.concatenate([samples for samples, _ in parts], axis=1)
        if len(audio) == 1:
            return (Track(audio[0], _speech(spans, bounds)),)
        # Where one channel speaks, another may be silent for the whole window.
        spoken = [self._spans_of(channel, bounds) for channel in range(len(audio))]
        return tuple(
            Track(samples if own else samples[:0], _speech(own, bounds))
            for samples, own in zip(audio, spoken, strict=True)
        )

    def _spans_of(self, channel: int, bounds: list[tuple[int, int]]) -> list[Span]:
        """One channel's own speech between the first bound and the last."""
        begin, end = bounds[0][0], bounds[-1][1]
        finder = SpanFinder(self._cut.vad)
        _, probabilities = self._between(begin, end)
        found = [finder.feed(begin + index, value) for index, value in enumerate(probabilities[channel].tolist())]
        return [span for span in (*found, finder.finish(end)) if span is not None]

    def _between(self, start: int, end: int) -> tuple[Audio, Audio]:
        """Samples and probabilities of the frames from `start` up to `end`."""
        if self._samples is None or self._probabilities is None:
            raise ValueError("no audio was fed yet")
        low, high = start - self._done, end - self._done
        return self._samples[:, low * FRAME : high * FRAME], self._probabilities[:, low:high]

    def _forget(self, count: int, frame: int) -> None:
        """Drop `count` spans and all audio before `frame`."""
        if self._samples is not None and self._probabilities is not None:
            gone = frame - self._done
            self._samples = self._samples[:, gone * FRAME :]
            self._probabilities = self._probabilities[:, gone:]
        self._spans = self._spans[count:]
        self._done = frame

    def _padded(self, spans: list[Span]) -> list[tuple[int, int]]:
        """Spans with their quiet around them; neighbours that would meet share the pause between."""
        bounds: list[tuple[int, int]] = []
        begin = self._done
        for index, span in enumerate(spans):
            end = span.end + self._pad
            if index + 1 < len(spans):
                end = min(end, _middle(span.end, spans[index + 1].start))
            bounds.append((max(begin, span.start - self._pad), end))
            begin = end
        return [(bounds[0][0], bounds[-1][1])] if bounds and self._cut.contiguous else bounds


def _appended(before: Audio | None, more: Audio) -> Audio:
    return more if before is None else np.concatenate([before, more], axis=1)


def _middle(end: int, start: int) -> int:
    return (end + start + 1) // 2


def _time_map(bounds: list[tuple[int, int]]) -> TimeMap:
    lengths = [end - start for start, end in bounds]
    inside = [0, *accumulate(lengths)]
    return TimeMap(
        Piece(*(frames * FRAME / SAMPLE_RATE for frames in (inside[index], start, lengths[index])))
        for index, (start, _) in enumerate(bounds)
    )


def _speech(spans: list[Span], bounds: list[tuple[int, int]]) -> tuple[tuple[float, float], ...]:
    """Spans in window time (seconds), each within its piece."""
    found: list[tuple[float, float]] = []
    inside = 0
    for start, end in bounds:
        for span in spans:
            low, high = max(span.start, start), min(span.end, end)
            if low < high:
                found.append(((inside + low - start) * FRAME_SECONDS, (inside + high - start) * FRAME_SECONDS))
        inside += end - start
    return tuple(found)
