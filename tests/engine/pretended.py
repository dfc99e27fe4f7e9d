"""A pretended model for the tests of the scheduler: what it is given, and when it is let go, is in the test's hand."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from transcripts.engine.scheduler import AGAIN, Again

WAIT = 10.0


@dataclass(eq=False)
class Item:
    """Work with a name. It fails when it is `bad`, at the step that is named there."""

    name: str
    key: str = "same"
    seconds: float = 30.0
    rounds: int = 1
    bad: str = ""
    is_encoded: bool = False


@dataclass
class Model:
    """Notes what it is given; waits at the gate, so that a test decides what is queued when it runs.

    More than `memory` items at once are too many.
    """

    memory: int = 100
    batches: list[list[str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def encode(self, batch: Sequence[Item]) -> None:
        """Note it with a plus."""
        self._run("encode", batch, [f"+{item.name}" for item in batch])
        for item in batch:
            item.is_encoded = True

    def step(self, batch: Sequence[Item]) -> list[str | Again]:
        """Answer each item with its name in capitals."""
        self._run("step", batch, [item.name for item in batch])
        for item in batch:
            item.rounds -= 1
        return [AGAIN if item.rounds else item.name.upper() for item in batch]

    def _run(self, step: str, batch: Sequence[Item], names: list[str]) -> None:
        self.entered.set()
        assert self.gate.wait(WAIT)
        self.batches.append(names)
        if len(batch) > self.memory:
            raise RuntimeError("CUDA failed with error out of memory")
        if any(item.bad == step for item in batch):
            raise ValueError("bad item")
