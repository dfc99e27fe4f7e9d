"""`engine.audio.decode`, apart."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import wire
from .client import ask


def decode(
    path: Path, start: float = 0.0, end: float | None = None, *, split: bool = False
) -> Generator[NDArray[np.float32]]:
    """Yield float32[channels, n] blocks at 16 kHz; as `engine.audio.decode` does, in a process of its own.

    Raises:
        MediaError: the file is at fault.
        ReaderLost: it is not; another try may end better.
    """
    with closing(ask("decode", path, start=start, end=end, split=split)) as messages:
        for _, payload in messages:
            (channels,) = wire.CHANNELS.unpack_from(payload)
            yield np.frombuffer(payload, np.float32, offset=wire.CHANNELS.size).reshape(channels, -1)
