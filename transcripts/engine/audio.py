"""Media file → float32 samples at 16 kHz, in blocks, on the media's own clock.

A chain of small generators: packets → frames → pieces → blocks. Time is counted in samples; where the file's
timestamps show a hole (lost packets, an audio track that starts late, silence that was never sent), it is filled with
silence, so that a word's time is the time at which a player plays it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from .container import open_audio
from .errors import Unreadable

Audio = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000
"""Hz; the rate of Whisper and of Silero."""
BLOCK_SAMPLES: Final = 15 * SAMPLE_RATE
PREROLL_SECONDS: Final = 0.5
"""Decoders need some packets to settle after a seek: Opus asks for 80 ms (RFC 7845), MP3's bit reservoir for more."""
GAP_SECONDS: Final = 0.1
"""Timestamps that run ahead by less are jitter, by more a hole."""
MAX_INVENTED_SECONDS: Final = 3600.0
"""Silence that timestamps may make us invent in one file: a forged clock must not buy hours of work."""
MAX_READ_ERRORS: Final = 100


def decode(path: Path, start: float = 0.0, end: float | None = None, *, split: bool = False) -> Generator[Audio]:
    """Yield float32[channels, n] blocks at 16 kHz, gapless from `start` to `end` seconds or the end of the sound.

    One channel, all of the file's mixed; with `split`, the two of a stereo file as they are.

    Seeks where the container allows it, otherwise decodes from the beginning and drops. A broken tail ends the sound;
    a broken middle becomes silence where the timestamps tell its length.

    Raises:
        Unreadable: not one sample could be decoded.
        NoAudio: no audio stream.
        ReaderLost: the storage does not give the file.
    """
    wanted = round(start * SAMPLE_RATE)
    length = None if end is None else max(0, round(end * SAMPLE_RATE) - wanted)
    yield from _blocks(_first(_from(path, start, wanted, split=split), length))


def _from(path: Path, start: float, wanted: int, *, split: bool) -> Iterator[Audio]:
    """Pieces from sample `wanted`, at `start` seconds, on."""
    with open_audio(path) as (container, stream):
        first = _seek(container, stream, start) if start > 0 else None
        if first is not None:
            at = _media_time(first, container)
            frames = chain([first], _frames(container, stream))
            pieces = _pieces(frames, container, at, _Resampler(stream, split=split))
            yield from _drop(pieces, wanted - round(at * SAMPLE_RATE))
            return
    with open_audio(path) as (container, stream):
        pieces = _pieces(_frames(container, stream), container, 0.0, _Resampler(stream, split=split))
        heard = next((piece for piece in pieces if piece.shape[1]), None)
        if heard is None:
            raise Unreadable("No sound could be decoded from this file: it is empty or broken.")
        yield from _drop(chain([heard], pieces), wanted)


def _seek(container: InputContainer, stream: AudioStream, start: float) -> AudioFrame | None:
    """Move to just before `start`; its first frame, or None where that did not lead to a known, earlier time."""
    if stream.time_base is None:
        return None
    origin = (container.start_time or 0) / av.time_base
    target = int((max(0.0, start - PREROLL_SECONDS) + origin) / stream.time_base)
    try:
        container.seek(target, stream=stream, backward=True)
    except av.error.FFmpegError:
        return None
    frame = next(_frames(container, stream), None)
    if frame is None or frame.time is None or not 0 <= _media_time(frame, container) <= start:
        return None
    return frame


def _media_time(frame: AudioFrame, container: InputContainer) -> float:
    """Seconds as a player shows them: the container's first timestamp is 0:00."""
    return (frame.time or 0.0) - (container.start_time or 0) / av.time_base


def _packets(container: InputContainer, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
    """All packets of the stream; read errors are stepped over, but from nothing but errors on it has ended."""
    errors = 0
    while errors < MAX_READ_ERRORS:
        try:
            for packet in container.demux(stream):
                errors = 0
                yield packet
        except av.error.EOFError:
            return
        except (av.error.FFmpegError, IndexError):  # PyAV's word for a packet of a stream that begins in the middle
            errors += 1
        else:
            return


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Decoded frames; packets that do not decode are left out."""
    for packet in _packets(container, stream):
        try:
            frames = packet.decode()
        except (av.error.FFmpegError, ValueError):
            continue
        yield from (frame for frame in frames if frame.samples)


def _pieces(
    frames: Iterable[AudioFrame], container: InputContainer, begin: float, resample: _Resampler
) -> Iterator[Audio]:
    """Resampled pieces from `begin` seconds on, holes filled with silence."""
    clock = _Clock(begin)
    for frame in frames:
        hole = clock.hole(_media_time(frame, container)) if frame.time is not None else 0.0
        if hole:
            yield resample.rest()
            yield from _silence(resample.channels, round(hole * SAMPLE_RATE))
        clock.now += hole + frame.samples / frame.sample_rate
        yield resample(frame)
    yield resample.rest()


def _silence(channels: int, samples: int) -> Iterator[Audio]:
    for begin in range(0, samples, BLOCK_SAMPLES):
        yield np.zeros((channels, min(BLOCK_SAMPLES, samples - begin)), np.float32)


def _drop(pieces: Iterable[Audio], samples: int) -> Iterator[Audio]:
    """All but the first `samples`."""
    for piece in pieces:
        yield piece[:, samples:]
        samples -= min(samples, piece.shape[1])


def _first(pieces: Iterable[Audio], samples: int | None) -> Iterator[Audio]:
    """The first `samples`, or all."""
    for piece in pieces:
        if samples is None:
            yield piece
        elif samples > 0:
            yield piece[:, :samples]
            samples -= piece.shape[1]
        else:
            return


def _blocks(pieces: Iterable[Audio]) -> Iterator[Audio]:
    """Regroup into blocks of `BLOCK_SAMPLES`; the last one is shorter."""
    waiting: list[Audio] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += piece.shape[1]
        if size >= BLOCK_SAMPLES:
            yield np.concatenate(waiting, axis=1)
            waiting, size = [], 0
    if size:
        yield np.concatenate(waiting, axis=1)


class _Clock:
    """Where in the media the next sample lies (`now`, seconds), and what to believe of the file's timestamps."""

    def __init__(self, begin: float) -> None:
        self.now = begin
        self._shift = 0.0
        self._invented = 0.0

    def hole(self, stated: float) -> float:
        """Seconds missing before the frame that states to begin at `stated`; 0 where it follows or cannot be true.

        A clock that jumps back, or ahead beyond all that may be invented, is taken as a new count of the same time.
        """
        lead = stated + self._shift - self.now
        if abs(lead) <= GAP_SECONDS:
            return 0.0
        if lead < 0 or self._invented + lead > MAX_INVENTED_SECONDS:
            self._shift -= lead
            return 0.0
        self._invented += lead
        return lead


class _Resampler:
    """Any frames → float32[channels, n] at 16 kHz; made anew when the stream changes its format on the way."""

    def __init__(self, stream: AudioStream, *, split: bool) -> None:
        self.channels = 2 if split and stream.channels == 2 else 1
        self._layout = "stereo" if self.channels == 2 else "mono"
        self._inner: AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None

    def __call__(self, frame: AudioFrame) -> Audio:
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        parts: list[Audio] = []
        if found != self._format:
            parts.append(self.rest())
            self._format = found
        if self._inner is None:
            self._inner = AudioResampler(format="fltp", layout=self._layout, rate=SAMPLE_RATE)
        frame.pts = None  # the clock has read it; the resampler must not fill or cut by it
        try:
            parts += _samples(self._inner.resample(frame))
        except av.error.FFmpegError:  # 255 channels, a rate of 2 GHz: left out, as what does not decode
            self._inner = self._format = None
        return np.concatenate(parts, axis=1) if parts else self._nothing

    def rest(self) -> Audio:
        """What is left in the filter."""
        inner, self._inner = self._inner, None
        return np.concatenate([self._nothing, *(_samples(inner.resample(None)) if inner else [])], axis=1)

    @property
    def _nothing(self) -> Audio:
        return np.zeros((self.channels, 0), np.float32)


def _samples(frames: Iterable[AudioFrame]) -> list[Audio]:
    # A NaN or infinity in a float WAV would spread through filter banks and LSTM states.
    return [np.nan_to_num(frame.to_ndarray(), nan=0.0, posinf=0.0, neginf=0.0) for frame in frames]
