"""WAV and Ogg written by hand: headers that cannot be true, samples that are no numbers, a day of silence."""

from __future__ import annotations

import struct

import numpy as np

MOST = 2**32 - 1
SECOND = np.zeros(16_000, np.int16).tobytes()


def wav(
    *,
    tag: int = 1,
    channels: int = 1,
    rate: int = 16_000,
    bits: int = 16,
    claimed: int | None = None,
    data: bytes = SECOND,
) -> bytes:
    """A WAV file that says of itself what it is told to say; `claimed` bytes of data, `data` in truth."""
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, min(rate * block, MOST), block & 0xFFFF, bits)
    size = len(data) if claimed is None else claimed
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", min(len(head) + size, MOST)) + head + data


def floats(*values: float) -> bytes:
    """A second of 32-bit float samples that repeat these values."""
    return wav(tag=3, bits=32, data=np.resize(np.array(values, np.float32), 16_000).tobytes())


def silent_opus(hours: float, claimed: float | None = None) -> bytes:
    """Ogg Opus of silence: packets of 120 ms in two bytes each, so that a day fits into some two megabytes.

    The last page says how long it all is: `claimed` hours, whatever there is.
    """
    packet = bytes([0b00001_0_11, 6])  # SILK, 20 ms, mono, code 3: six frames, each of no byte
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 16_000, 0, 0)
    pages = [_page(0, 2, 0, [head]), _page(1, 0, 0, [b"OpusTags" + struct.pack("<II", 0, 0)])]
    count = round(hours * 3600 / 0.12)
    for number, begin in enumerate(range(0, count, 255), 2):
        size = min(255, count - begin)
        is_last = begin + size == count
        end = (begin + size) * 5760 if claimed is None or not is_last else round(claimed * 3600 * 48_000)
        pages.append(_page(number, 4 if is_last else 0, end, [packet] * size))
    return b"".join(pages)


def _page(number: int, flags: int, granule: int, packets: list[bytes]) -> bytes:
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, granule, 4711, number, 0)
    page = head + bytes([len(packets), *map(len, packets)]) + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """Ogg's own: CRC-32 of the polynomial 04c11db7, neither reflected nor inverted."""
    checksum = 0
    for byte in page:
        checksum = (checksum << 8) & MOST ^ _TABLE[checksum >> 24 ^ byte]
    return checksum


def _entry(value: int) -> int:
    for _ in range(8):
        value = value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)
    return value & MOST


_TABLE = [_entry(byte << 24) for byte in range(256)]
