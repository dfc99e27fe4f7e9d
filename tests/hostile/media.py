"""Sound files of every kind, made with PyAV from sine and noise: what is well with them, so that it can be spoilt."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

RATE = 16_000
# Name of the file: container, codec, samples a second.
KINDS = {
    "a.wav": ("wav", "pcm_s16le", 16_000),
    "mulaw.wav": ("wav", "pcm_mulaw", 8_000),
    "a.w64": ("w64", "pcm_s16le", 16_000),
    "a.aiff": ("aiff", "pcm_s16be", 16_000),
    "a.au": ("au", "pcm_s16be", 16_000),
    "a.caf": ("caf", "pcm_s16le", 16_000),
    "a.flac": ("flac", "flac", 16_000),
    "a.mp3": ("mp3", "libmp3lame", 16_000),
    "a.aac": ("adts", "aac", 16_000),
    "a.ac3": ("ac3", "ac3", 48_000),
    "a.m4a": ("ipod", "aac", 16_000),
    "alac.m4a": ("ipod", "alac", 16_000),
    "a.ogg": ("ogg", "libopus", 48_000),
    "a.webm": ("webm", "libopus", 48_000),
    "a.mka": ("matroska", "flac", 16_000),
    "a.ts": ("mpegts", "mp2", 16_000),
    "a.flv": ("flv", "libmp3lame", 44_100),
    "a.avi": ("avi", "libmp3lame", 16_000),
    "a.tta": ("tta", "tta", 16_000),
    "a.wv": ("wv", "wavpack", 16_000),
}


@cache
def sound(name: str, seconds: float = 1.0) -> bytes:
    """A file of the kind that has this name, of one channel."""
    container, codec, rate = KINDS[name]
    written = io.BytesIO()
    with av.open(written, "w", format=container) as output:
        stream = _track(output, codec, rate)
        output.mux(_packets(stream, rate, seconds))
    return written.getvalue()


def _track(output: OutputContainer, codec: str, rate: int) -> AudioStream:
    """One more track of sound, before anything is written."""
    stream = cast(AudioStream, output.add_stream(codec, rate=rate))
    stream.codec_context.layout = "mono"
    return stream


def _packets(stream: AudioStream, rate: int, seconds: float) -> list[Packet[AudioStream]]:
    frames = [*_frames(rate, seconds), None]
    return [packet for frame in frames for packet in stream.encode(frame)]


def _frames(rate: int, seconds: float) -> Iterator[AudioFrame]:
    """A chirp in pieces that every encoder takes after its own buffer."""
    times = np.arange(max(round(rate * seconds), 1)) / rate
    samples = (8000 * np.sin(2 * np.pi * (200 + 300 * times) * times)).astype(np.int16)
    for begin in range(0, samples.size, 1024):
        piece = samples[begin : begin + 1024].reshape(1, -1)
        frame = AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
        yield frame


@cache
def film(*, tracks: int, pictures: int = 10) -> bytes:
    """A film with as many tracks of sound; none is one without sound, one picture a cover."""
    written = io.BytesIO()
    with av.open(written, "w", format="matroska") as output:
        video = output.add_stream("mpeg4", rate=10)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        video.codec_context.time_base = Fraction(1, 10)
        sounds = [_track(output, "flac", RATE) for _ in range(tracks)]
        for number in range(pictures):
            picture = av.VideoFrame(64, 64, "yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 10)
            output.mux(video.encode(picture))
        output.mux(video.encode(None))
        for stream in sounds:
            output.mux(_packets(stream, RATE, 1.0))
    return written.getvalue()


def covered(picture: bytes) -> bytes:
    """An MP3 with its cover: an ID3 tag of one APIC frame in front of it."""
    body = b"\0image/png\0\x03\0" + picture
    frame = b"APIC" + _synchsafe(len(body)) + b"\0\0" + body
    return b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame + sound("a.mp3")


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
