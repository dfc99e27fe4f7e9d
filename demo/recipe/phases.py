"""The training plan: short windows first, for they are far cheaper and train the whole 30-second axis all the same."""

from __future__ import annotations

from typing import NamedTuple

_WARM_UP_STEPS = 50


class Phase(NamedTuple):
    """One stretch of training; it starts from the state at the end of the one before.

    `n_positions` of 20 ms and `batch_size` windows per step. The learning rate goes from `first_rate` to `last_rate`
    in a straight line. `aids` is the weight of the training aids. `prompted` is the share of batches with a prompt,
    as in long recordings.
    """

    n_positions: int
    batch_size: int
    steps: int
    first_rate: float
    last_rate: float
    aids: float
    prompted: float

    def learning_rate(self, step: int, *, warm_up: bool) -> float:
        """At a step, counted from 1."""
        warmth = min(1, step / _WARM_UP_STEPS) if warm_up else 1
        return warmth * (self.first_rate + (self.last_rate - self.first_rate) * step / self.steps)


PHASES = [
    Phase(250, 16, 1700, 2.5e-3, 2.2e-3, aids=0.3, prompted=0.3),
    Phase(750, 6, 400, 2.0e-3, 1.6e-3, aids=0.2, prompted=0.3),
    Phase(1500, 4, 900, 1.6e-3, 1e-5, aids=0.1, prompted=0.3),
    Phase(1500, 4, 440, 9e-4, 1e-5, aids=0.1, prompted=0.5),
    Phase(1500, 4, 950, 9e-4, 1e-5, aids=0.1, prompted=0.35),
]
