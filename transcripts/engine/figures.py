"""What the model is doing, in numbers, for those who watch it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .turns import Class, Step


@dataclass(frozen=True, slots=True)
class StepFigures:
    """Sums since the start over all calls of one step; `seconds` of wall time, `audio` in seconds."""

    calls: int = 0
    windows: int = 0
    seconds: float = 0.0
    audio: float = 0.0

    @property
    def batch(self) -> float:
        """Windows per call, on average; 0 before the first."""
        return self.windows / self.calls if self.calls else 0.0

    def plus(self, windows: int, seconds: float, audio: float) -> StepFigures:
        """With one call more."""
        return StepFigures(self.calls + 1, self.windows + windows, self.seconds + seconds, self.audio + audio)


@dataclass(frozen=True, eq=False, slots=True)
class RunningCall:
    """A call of the model that has not come back yet; after `deadline` seconds it has hung. No two are equal."""

    step: Step
    windows: int
    deadline: float


@dataclass(frozen=True, slots=True)
class LoadFigures:
    """A moment: `jobs` at the door, `running` windows in the model, `waiting` seconds of audio by class.

    `steps` are sums since the start. The audio of a window counts in every round that it takes.
    """

    jobs: int = 0
    running: int = 0
    waiting: Mapping[Class, float] = field(default_factory=dict)
    steps: Mapping[Step, StepFigures] = field(default_factory=dict)
