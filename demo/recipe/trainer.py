"""The network in training: its optimisers, its moving average and its checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from demo.recipe.batches import Batch
from demo.recipe.losses import Losses, compute_losses
from demo.recipe.muon import Muon
from demo.recipe.network import Whisper

_MUON_FACTOR = 5  # Muon's learning rate over AdamW's
_MAX_GRADIENT_NORM = 1.0
_MAX_DECAY = 0.995  # of the moving average; less at first, so that it forgets the random start


class Trainer:
    """Muon for the matrices of encoder and decoder, AdamW for all the rest.

    `average` is the moving average of the weights: what is converted in the end.
    """

    def __init__(self, n_phonemes: int, learning_rate: float) -> None:
        self.network = Whisper(n_phonemes)
        self._n_phonemes = n_phonemes
        hidden = [parameter for name, parameter in self.network.named_parameters() if _is_hidden(name, parameter)]
        rest = [parameter for name, parameter in self.network.named_parameters() if not _is_hidden(name, parameter)]
        self._muon = Muon(hidden)
        self._adam = torch.optim.AdamW(rest, lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.01)
        self._start_average()

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint; the average starts again from its weights."""
        state = torch.load(path)
        self.network.load_state_dict(state["network"])
        self._adam.load_state_dict(state["adam"])
        self._muon.momentum = state["muon"]
        self._start_average()

    def save(self, path: Path) -> None:
        """Write a checkpoint, to go on from or to convert."""
        state = {
            "average": self.average,
            "network": self.network.state_dict(),
            "adam": self._adam.state_dict(),
            "muon": self._muon.momentum,
            "n_phonemes": self._n_phonemes,
        }
        torch.save(state, path)

    def step(self, number: int, batch: Batch, learning_rate: float, aids: float) -> Losses:
        """Learn from one batch; `number` counts the steps of this phase from 1."""
        losses = compute_losses(self.network, batch)
        self._adam.zero_grad()
        losses.total(aids).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), _MAX_GRADIENT_NORM)
        for group in self._adam.param_groups:
            group["lr"] = learning_rate
        self._adam.step()
        self._muon.step(_MUON_FACTOR * learning_rate)
        self._update_average(number)
        return losses

    def _start_average(self) -> None:
        self.average = {name: value.clone() for name, value in self.network.state_dict().items()}

    def _update_average(self, number: int) -> None:
        decay = min(_MAX_DECAY, number / (number + 20))
        for name, value in self.network.state_dict().items():
            self.average[name].lerp_(value, 1 - decay)


def _is_hidden(name: str, parameter: nn.Parameter) -> bool:
    return parameter.ndim == 2 and name.split(".")[0] in ("encoder", "decoder")
