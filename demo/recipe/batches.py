"""Windows stacked into tensors for one training step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from demo.recipe.targets import IGNORE
from demo.recipe.vocabulary import END
from demo.recipe.windows import Window, Windows

MAX_POSITIONS = 1500  # 30 s


@dataclass(frozen=True, slots=True)
class Batch:
    """B windows of P positions, all at position `offset` of the 30-second axis, with T tokens each.

    `mel`: float32[B, 80, 2P]. `tokens`, `labels`: int64[B, T]. `heard`: bool[B, T, P], where each label is heard.
    `phonemes`, `words`: int64[B, P].
    """

    mel: Tensor
    offset: int
    tokens: Tensor
    labels: Tensor
    heard: Tensor
    phonemes: Tensor
    words: Tensor


def draw_batch(windows: Windows, n_positions: int, size: int, prompted_share: float) -> Batch:
    """Draw `size` windows. They share their prompting, because prompts make sequences long."""
    offset = windows.rng.randrange(MAX_POSITIONS - n_positions + 1)
    prompted = windows.rng.random() < prompted_share
    return collate([windows.draw(n_positions, offset, prompted=prompted) for _ in range(size)], offset)


def collate(windows: list[Window], offset: int) -> Batch:
    """Stack windows of one length and offset."""
    return Batch(
        mel=torch.from_numpy(np.stack([window.mel for window in windows]).astype(np.float32)),
        offset=offset,
        tokens=_padded([window.targets.tokens for window in windows], END),
        labels=_padded([window.targets.labels for window in windows], IGNORE),
        heard=_heard(windows),
        phonemes=torch.from_numpy(np.stack([window.phonemes for window in windows])),
        words=torch.from_numpy(np.stack([window.words for window in windows])),
    )


def _padded(rows: list[list[int]], value: int) -> Tensor:
    length = max(len(row) for row in rows)
    return torch.tensor([row + [value] * (length - len(row)) for row in rows])


def _heard(windows: list[Window]) -> Tensor:
    length = max(len(window.targets.tokens) for window in windows)
    heard = torch.zeros(len(windows), length, len(windows[0].phonemes), dtype=torch.bool)
    for row, window in enumerate(windows):
        for index, positions in enumerate(window.targets.positions):
            if positions is not None:
                heard[row, index, slice(*positions)] = True
    return heard
