"""The Muon optimiser (Keller Jordan, 2024): momentum made orthogonal, for the matrices of the hidden layers."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_MOMENTUM = 0.95
_WEIGHT_DECAY = 0.01
_ITERATIONS = 5
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # the author's: fastest towards singular values near 1


class Muon:
    """Parameters of one shape are stepped together. `momentum` is the state: a tensor [n, *shape] by shape."""

    def __init__(self, parameters: Iterable[nn.Parameter]) -> None:
        self._groups: dict[torch.Size, list[nn.Parameter]] = {}
        for parameter in parameters:
            self._groups.setdefault(parameter.shape, []).append(parameter)
        self.momentum = {shape: torch.zeros(len(group), *shape) for shape, group in self._groups.items()}

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Move every parameter once; each must have its gradient."""
        for shape, group in self._groups.items():
            gradients = torch.stack([parameter.grad for parameter in group if parameter.grad is not None])
            momentum = self.momentum[shape].lerp_(gradients, 1 - _MOMENTUM)
            updates = _orthogonal(gradients.lerp(momentum, _MOMENTUM))
            scale = learning_rate * max(1, shape[0] / shape[1]) ** 0.5
            for parameter, update in zip(group, updates, strict=True):
                parameter.mul_(1 - learning_rate * _WEIGHT_DECAY).sub_(update, alpha=scale)


def _orthogonal(matrices: Tensor) -> Tensor:
    """The nearest semi-orthogonal matrices, about, by Newton and Schulz's iteration: [n, rows, columns]."""
    tall = matrices.shape[1] > matrices.shape[2]
    x: Tensor = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    a, b, c = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x
