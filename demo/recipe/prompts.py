"""The text before a window, as a decoder that goes through a long recording sees it."""

from __future__ import annotations

import random

from demo.recipe.utterances import Utterance
from demo.recipe.vocabulary import FIRST_TIMESTAMP, N_TIMESTAMPS, encode
from demo.recipe.voices import Language

MAX_TOKENS = 223  # half of Whisper's context, less the token that announces the prompt
_LAST = N_TIMESTAMPS - 1


def draw_prompt(
    spoken: dict[Language, list[Utterance]], language: Language, *, timestamps: bool, rng: random.Random
) -> list[int]:
    """Token ids of some earlier sentences in `language`, or now and then bytes that mean nothing to the model."""
    if rng.random() < 0.1:
        return [rng.randrange(256) for _ in range(rng.randint(1, 30))]
    ids: list[int] = []
    time = rng.randrange(200)  # in steps of 20 ms
    stamped = timestamps and rng.random() < 0.85
    for _ in range(rng.choice((1, 2, 4, 6, 10, 14))):
        pool = spoken[rng.choice(("en", "es"))]
        text_ids = encode(rng.choice(pool).text(language))
        end = min(time + 12 * len(text_ids), _LAST)
        ids += [FIRST_TIMESTAMP + time, *text_ids, FIRST_TIMESTAMP + end] if stamped else text_ids
        time = _after(end, rng)
    return ids[-MAX_TOKENS:]


def _after(end: int, rng: random.Random) -> int:
    """The start of the next sentence; near the end of a window it lies in the next one."""
    if end < N_TIMESTAMPS - 120:
        return min(end + rng.randint(5, 60), N_TIMESTAMPS - 60)
    return rng.randrange(60)
