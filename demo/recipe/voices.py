"""Which espeak-ng voices speak, how fast and how high. Some voice variants are kept for measuring."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "es"]

# A voice that is listed more often is drawn more often; "" is espeak-ng's plain voice.
BASES: dict[Language, list[str]] = {
    "en": ["en-us"] * 5 + ["gmw/en"] * 4 + ["en-gb-x-rp"] * 2 + ["en-us-nyc", "en-gb-scotland", "en-029"],
    "es": ["roa/es"] * 3 + ["es-419"] * 2,
}
_TRAINING_NAMES = "m1 m2 m3 m4 m5 m7 f1 f2 f4 f5 Annie Lee linda michel steph"
TRAINING_VARIANTS = [""] * 4 + [f"+{name}" for name in _TRAINING_NAMES.split()]
UNHEARD_VARIANTS = ["+m6", "+m8", "+f3", "+Mike"]


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How one recording is spoken: espeak-ng's voice, words per minute, pitch and pitch range (0 to 99).

    The names are those of `reference.json`.
    """

    voice: str
    wpm: int
    pitch: int
    prange: int


def draw_settings(rng: random.Random, language: Language, *, unheard: bool = False) -> VoiceSettings:
    """A random voice of this language; `unheard` takes one of the variants that training never uses."""
    variants = UNHEARD_VARIANTS if unheard else TRAINING_VARIANTS
    return VoiceSettings(
        voice=rng.choice(BASES[language]) + rng.choice(variants),
        wpm=rng.randint(125, 215),
        pitch=rng.randint(25, 75),
        prange=rng.randint(20, 80),
    )
