"""What a worker's heartbeat tells of its models and its cards, as JSON for the worker's row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from .engine.figures import LoadFigures
from .engine.gpu import CardFigures, card_figures

# Asking the driver takes up to a second of a core, and a card that hangs does not answer at all.
CARD_SECONDS = 15.0


def figures(loads: Mapping[str, LoadFigures], cards: tuple[CardFigures, ...]) -> dict[str, Any]:
    """Of each model by name: `running` and `waiting` are of this moment, `steps` sums since the worker started."""
    return {
        "models": {name: _of_model(load) for name, load in loads.items()},
        "cards": [
            {
                "index": card.index,
                "name": card.name,
                "memory_used": card.memory_used,
                "memory_total": card.memory_total,
                "utilisation": card.utilisation,
            }
            for card in cards
        ],
    }


def _of_model(load: LoadFigures) -> dict[str, Any]:
    return {
        "running": load.running,
        "waiting": {name: round(seconds, 3) for name, seconds in load.waiting.items()},
        "steps": {
            name: {
                "calls": step.calls,
                "windows": step.windows,
                "seconds": round(step.seconds, 3),
                "audio": round(step.audio, 3),
            }
            for name, step in load.steps.items()
        },
    }


class CardWatch:
    """Asks the driver now and then, in a thread of its own: the heartbeat must not wait for a card that hangs."""

    def __init__(self, ask: Callable[[], tuple[CardFigures, ...]] = card_figures) -> None:
        self._ask = ask
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cards", daemon=True)
        self.cards: tuple[CardFigures, ...] = ()

    def start(self) -> None:
        """Keep `cards` fresh from now on."""
        self._thread.start()

    def stop(self) -> None:
        """No more asking; an answer that is still out comes to nobody."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.cards = self._ask()
            self._stopped.wait(CARD_SECONDS)
