"""The waveform of a whole recording, as coarse as a player can draw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .models import Peaks, Transcript

# The engine writes a pair for each 50 ms.
PAIR_MS = 50
BYTES_PER_PAIR = 2


@dataclass(frozen=True, slots=True)
class Waveform:
    """`pairs` are int8 (smallest, largest) for each `step_ms` of the media, from its beginning on."""

    step_ms: int
    pairs: bytes


def version(transcript: Transcript) -> int:
    """Up to which millisecond the peaks are stored: they only ever grow. One query."""
    return Peaks.objects.filter(transcript=transcript).order_by("-end_ms").values_list("end_ms", flat=True).first() or 0


def waveform(transcript: Transcript, most: int) -> Waveform:
    """At most `most` pairs for the whole recording; `recording` should be selected. One query, one window at a time.

    The step depends on the recording's length, not on how far the work has come: what is drawn stays where it is. Only
    where no length is known it grows with the peaks.
    """
    length = transcript.recording.duration_ms or version(transcript)
    merged = max(1, -(-length // (PAIR_MS * most)))
    pairs = b"".join(_merged(_stored(transcript), merged))
    return Waveform(merged * PAIR_MS, pairs[: most * BYTES_PER_PAIR])


def _stored(transcript: Transcript) -> Iterator[bytes]:
    rows = Peaks.objects.filter(transcript=transcript).order_by("end_ms").values_list("data", flat=True)
    return (bytes(data) for data in rows.iterator())


def _merged(windows: Iterator[bytes], count: int) -> Iterator[bytes]:
    """Each `count` pairs as one; the last one may be of fewer."""
    size, rest = count * BYTES_PER_PAIR, b""
    for data in windows:
        rest += data
        whole = len(rest) - len(rest) % size
        yield _spans(rest[:whole], size)
        rest = rest[whole:]
    yield _spans(rest, size)


def _spans(data: bytes, size: int) -> bytes:
    if size == BYTES_PER_PAIR:
        return data
    samples, merged = memoryview(data).cast("b"), bytearray()
    for start in range(0, len(samples), size):
        part = samples[start : start + size]
        merged += bytes((min(part[::2]) & 0xFF, max(part[1::2]) & 0xFF))
    return bytes(merged)
