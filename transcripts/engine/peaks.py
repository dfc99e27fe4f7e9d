"""The waveform for a player, measured while the audio passes by on its way to the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from .audio import SAMPLE_RATE, Audio

STEP_SAMPLES: Final = SAMPLE_RATE // 20
"""50 ms: 20 pairs a second, 144 kB an hour; a pixel of a page-wide waveform of a minute."""


class PeakMeter:
    """Collects peaks of a stream; steps are counted from the media's beginning.

    The stream's first sample is sample `begin` of the media; peaks are wanted from the step on that holds `first`.
    """

    def __init__(self, begin: int, first: int) -> None:
        self._step = first // STEP_SAMPLES  # of the first pair that was not taken yet
        self._skip = max(0, self._step * STEP_SAMPLES - begin)
        self._rest = np.zeros((1, 0), np.float32)
        self._pairs = bytearray()

    def tap(self, blocks: Iterable[Audio]) -> Iterator[Audio]:
        """Pass on blocks of float32[channels, n], as they are."""
        for block in blocks:
            self._measure(block)
            yield block

    def take(self, end: float) -> bytes:
        """The pairs (int8 smallest, int8 largest) of all whole steps up to `end` seconds that were not taken yet."""
        count = max(0, round(end * SAMPLE_RATE) // STEP_SAMPLES - self._step)
        taken = bytes(self._pairs[: 2 * count])
        del self._pairs[: 2 * count]
        self._step += len(taken) // 2
        return taken

    def take_all(self) -> bytes:
        """What is left at the end of the stream, the last, shorter step included."""
        if self._rest.shape[1]:
            self._note(self._rest[:, None, :])
            self._rest = self._rest[:, :0]
        taken = bytes(self._pairs)
        self._pairs.clear()
        return taken

    def _measure(self, block: Audio) -> None:
        skipped = min(self._skip, block.shape[1])
        self._skip -= skipped
        samples = block[:, skipped:]
        if self._rest.shape[1]:
            samples = np.concatenate([self._rest, samples], axis=1)
        whole = samples.shape[1] - samples.shape[1] % STEP_SAMPLES
        self._rest = samples[:, whole:].copy()
        self._note(samples[:, :whole].reshape(len(samples), -1, STEP_SAMPLES))

    def _note(self, steps: Audio) -> None:
        """Append the pairs of float32[channels, steps, samples]."""
        pairs = np.stack([steps.min(axis=(0, 2)), steps.max(axis=(0, 2))], axis=1)
        self._pairs += np.rint(np.clip(pairs, -1, 1) * 127).astype(np.int8).tobytes()
