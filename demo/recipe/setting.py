"""What a training window is to be: its language and task, how loud and how crowded it is."""

from __future__ import annotations

import random
from dataclasses import dataclass

from demo.recipe.vocabulary import Task
from demo.recipe.voices import Language


@dataclass(frozen=True, slots=True)
class Setting:
    """Drawn before anything is spoken.

    `gain` is added to log10 power. `start` (seconds) is when the first utterance begins. `crowded` windows go on
    until they are full; `pause` (seconds) is the typical one between utterances.
    """

    speech: bool
    language: Language
    task: Task
    timestamps: bool
    gain: float
    start: float
    crowded: bool
    pause: float


def draw_setting(rng: random.Random) -> Setting:
    """A random setting. Spanish is often translated; English seldom is, for there it changes nothing."""
    speech = rng.random() > 0.04
    language: Language = rng.choice(("en", "es"))
    task: Task = "translate" if rng.random() < (0.45 if language == "es" else 0.08) else "transcribe"
    return Setting(
        speech=speech,
        language=language,
        task=task,
        timestamps=rng.random() < 0.6,
        gain=rng.uniform(-1.6, 0.3),  # -16 to +3 dB
        start=rng.choice((0.0, rng.uniform(0, 0.5), rng.uniform(0, 1.0), rng.uniform(0, 4.0))),
        crowded=rng.random() < 0.8,
        pause=rng.choice((0.3, 0.8, 2.0)),
    )
