"""Times as text: rounded once, to integer milliseconds, and only divided from there on."""

from __future__ import annotations

import math


def milliseconds(seconds: float) -> int:
    """The nearest millisecond to a time in float seconds. Raises ValueError where that is no time at all."""
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"not a time: {seconds!r}")
    return round(seconds * 1000)


def clock(ms: int, mark: str = ".") -> str:
    """`hh:mm:ss.mmm`; hours take as many digits as they need. Raises ValueError for a negative time.

    WebVTT and SubRip differ only in the mark before the milliseconds: a full stop there, a comma here.
    """
    if ms < 0:
        raise ValueError(f"negative time: {ms} ms")
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{ms:03d}"
