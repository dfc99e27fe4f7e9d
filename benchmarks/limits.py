"""What a device could do at best, computed from its arithmetic and its memory: nobody reaches it.

A window of 30 s is encoded once and decoded token by token, five beams at a time. For each step the decoder reads its
weights, once for the whole batch, and the keys and values of each window's 1500 encoder frames. The step takes as long
as that, or as long as the arithmetic of its beams, whichever is longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.random_models import FRAMES, VOCABULARY, Size

BEAM = 5
BYTES = {"float32": 4, "float16": 2, "int8": 1, "int8_float32": 1, "int8_float16": 1}
CONVOLUTION = 3  # samples


@dataclass(frozen=True)
class Peak:
    """Floating-point operations and bytes of memory per second, and where the figures are from."""

    flops: float
    bandwidth: float
    source: str


# In float16 for cards that have it; a matrix product and a copy were measured on an H200, the others are data sheets'.
KNOWN = {
    "H200": Peak(790e12, 4.3e12, "measured on an H200: a large matrix product in 16 bits, a copy"),
    "H100": Peak(790e12, 3.0e12, "measured on an H100: a large matrix product in 16 bits, a copy"),
    "M4000": Peak(2.6e12, 192e9, "data sheet of the Quadro M4000, float32"),
}


@dataclass(frozen=True)
class Limit:
    """The best that a device can do with a model."""

    size: Size
    peak: Peak
    compute_type: str

    def seconds(self, batch: float, tokens: float) -> float:
        """To encode so many windows and decode so many tokens of each."""
        step = max(
            (self._weights + batch * self._frames) / self.peak.bandwidth,
            batch * BEAM * self._token / self.peak.flops,
        )
        return batch * self._encoder / self.peak.flops + tokens * step

    def windows(self, batch: float, tokens: float) -> float:
        """Windows per second in batches of that size."""
        return batch / self.seconds(batch, tokens)

    @property
    def _encoder(self) -> float:
        """Operations for a window: two convolutions, then projections, feed-forward and attention of each layer."""
        width, frames = self.size.width, FRAMES
        convolutions = 2 * CONVOLUTION * (2 * frames * self.size.mels * width + frames * width * width)
        layer = 24 * frames * width**2 + 4 * frames**2 * width
        return convolutions + self.size.encoder * layer

    @property
    def _token(self) -> float:
        """Operations for a token of one beam: self-attention, cross-attention, feed-forward; then the vocabulary."""
        width = self.size.width
        return self.size.decoder * (28 * width**2 + 4 * FRAMES * width) + 2 * width * VOCABULARY

    @property
    def _weights(self) -> float:
        """Bytes of the decoder that every step reads."""
        width = self.size.width
        return (self.size.decoder * 14 * width**2 + width * VOCABULARY) * BYTES[self.compute_type]

    @property
    def _frames(self) -> float:
        """Bytes of keys and values of one window's encoder frames."""
        return 2 * FRAMES * self.size.width * self.size.decoder * max(BYTES[self.compute_type], 2)


def peak_of(device_name: str) -> Peak:
    """The known one, or for a processor the one measured now.

    Raises:
        LookupError: a card that nobody has measured; `--flops` and `--bandwidth` give its figures.
    """
    for name, peak in KNOWN.items():
        if name in device_name:
            return peak
    if device_name != "cpu":
        raise LookupError(f"No figures are known for {device_name}: give --flops and --bandwidth.")
    return Peak(_flops(), _bandwidth(), "measured in the same run: float32 matrix product and copy, by NumPy")


def _flops(side: int = 2048) -> float:
    left, right = (np.random.default_rng(seed).standard_normal((side, side), np.float32) for seed in (1, 2))
    return 2 * side**3 / _fastest(lambda: left @ right)


def _bandwidth(count: int = 64 * 1024**2) -> float:
    source, target = np.ones(count, np.float32), np.empty(count, np.float32)
    return 2 * source.nbytes / _fastest(lambda: np.copyto(target, source))


def _fastest(work: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best
