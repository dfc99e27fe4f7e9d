"""One job's windows that wait, in their order, and the class that they are in."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Literal, Protocol, TypeVar

from ..types import Job, Priority

Class = Literal["interactive", "bulk"]

ALLOWANCE: Final[Mapping[Priority, float]] = {"interactive": 600.0, "normal": 60.0, "bulk": 0.0}
"""Seconds of its audio for which a job counts as interactive. 60 s need no length known beforehand: a clip is over by
then and a long file shows its first words. 600 s are a long dictation or a phone call; whoever calls a three-hour
file interactive has the fast lane for one eighteenth of it."""
LEAST_COST: Final = 5.0
"""Seconds of audio that a window counts for at least: the encoder works on 30 s whatever is in them."""
MOST_COST: Final = 30.0
"""And at most: no window is longer."""


class Work(Protocol):
    """Something for the model to do."""

    @property
    def key(self) -> Hashable:
        """Only work of equal keys runs in one batch; it may change when the work comes back for another round."""

    @property
    def seconds(self) -> float:
        """Seconds of audio; 0 for what is counted with other work on the same audio."""

    @property
    def is_encoded(self) -> bool:
        """It has its encoder output: brought along, from the step `encode`, or from an earlier round."""


W = TypeVar("W", bound=Work)


@dataclass(eq=False, slots=True)
class Turn(Generic[W]):
    """A window's way through the model, from the queue to its last round."""

    queue: JobQueue[W]
    work: W
    number: int
    went_as: Class | None = None

    @property
    def cost(self) -> float:
        """Seconds of audio that one round is charged with."""
        return min(max(self.work.seconds, LEAST_COST), MOST_COST)


class JobQueue(Generic[W]):
    """The queue of one job. Its first turn says in which class it waits."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_open = True
        self.turns: deque[Turn[W]] = deque()
        self._heard = 0.0
        self._count = 0

    def add(self, work: W) -> None:
        """Queue work behind all other of this job."""
        self.turns.append(Turn(self, work, self._count))
        self._count += 1

    def pop(self) -> Turn[W]:
        """The first turn, on its way to the model."""
        turn = self.turns[0]
        if turn.went_as is None:
            turn.went_as = self.waits_as
            self._heard += turn.work.seconds
        return self.turns.popleft()

    def put_back(self, turn: Turn[W]) -> None:
        """Another round: before everything that came after it."""
        index = sum(waiting.number < turn.number for waiting in self.turns)
        self.turns.insert(index, turn)

    @property
    def waits_as(self) -> Class | None:
        """The class of the first turn; None when there is none. A window keeps its class through all its rounds."""
        if not self.turns:
            return None
        return self.turns[0].went_as or ("interactive" if self._heard < ALLOWANCE[self.job.priority] else "bulk")
