"""What the decoder reads and what it is to answer, for one training window."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from demo.recipe.canvas import Placed, Spoken
from demo.recipe.features import POSITIONS_PER_SECOND
from demo.recipe.setting import Setting
from demo.recipe.vocabulary import (
    END,
    FIRST_TIMESTAMP,
    LANGUAGE_IDS,
    N_TIMESTAMPS,
    NO_SPEECH,
    NO_TIMESTAMPS,
    PREVIOUS,
    START,
    TASK_IDS,
    encode,
)

IGNORE = -100  # a label that no loss counts
# A timestamp is heard around its moment: this many seconds on the speech's side and on the other one.
_INSIDE, _OUTSIDE = 0.12, 0.06

Positions = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Targets:
    """Three lists of one length. `positions[i]` are those to look at while answering `labels[i]`, or None for any."""

    tokens: list[int]
    labels: list[int]
    positions: list[Positions | None]


class _Answer(NamedTuple):
    """A token to say, and the seconds of the window in which it is heard."""

    token: int
    heard: tuple[float, float] | None


def make_targets(
    setting: Setting, spoken: Spoken, prompt: list[int], n_positions: int, offset: int, rng: random.Random
) -> Targets:
    """Tokens and labels of a window that begins at position `offset` of the 30-second axis."""
    before = [PREVIOUS, *prompt] if prompt else []
    header = [START, LANGUAGE_IDS[setting.language], TASK_IDS[setting.task]]
    header += [] if setting.timestamps else [NO_TIMESTAMPS]
    language_label = LANGUAGE_IDS[setting.language] if setting.speech else NO_SPEECH
    answers = list(_answers(setting, spoken, offset))
    tokens = before + header + [answer.token for answer in answers[:-1]]
    if setting.timestamps and spoken.placed and rng.random() < 0.3:
        # The decoder must bear a first timestamp that was clipped by the rule of a latest first one.
        first = len(before) + len(header)
        tokens[first] = min(tokens[first], FIRST_TIMESTAMP + offset + rng.randint(0, 50))
    unlabelled = [IGNORE] * (len(header) - 2)
    anywhere: list[Positions | None] = [None] * (len(before) + len(header) - 1)
    return Targets(
        tokens,
        labels=[IGNORE] * len(before) + [language_label, *unlabelled] + [answer.token for answer in answers],
        positions=anywhere + [_positions(answer, n_positions) for answer in answers],
    )


def _answers(setting: Setting, spoken: Spoken, offset: int) -> Iterator[_Answer]:
    for placed in spoken.placed:
        if setting.timestamps:
            yield _start_answer(placed.start, offset)
        yield from _text_answers(setting, placed)
        if setting.timestamps:
            yield _Answer(_timestamp(placed.end, offset), (placed.end - _INSIDE, placed.end + _OUTSIDE))
    if setting.timestamps and spoken.cut_off is not None:
        yield _start_answer(spoken.cut_off, offset)
    elif setting.timestamps and not spoken.placed:
        yield _Answer(FIRST_TIMESTAMP + offset, None)
    yield _Answer(END, None)


def _start_answer(start: float, offset: int) -> _Answer:
    return _Answer(_timestamp(start, offset), (start - _OUTSIDE, start + _INSIDE))


def _text_answers(setting: Setting, placed: Placed) -> Iterator[_Answer]:
    """A transcript follows the words; a translation may look at the whole utterance."""
    utterance, start = placed
    if setting.task == "translate":
        for token in encode(utterance.sentence.english):
            yield _Answer(token, (start, placed.end))
        return
    for ids, begin, end in utterance.word_tokens:
        for token in ids:
            yield _Answer(token, (begin + start, end + start))


def _timestamp(time: float, offset: int) -> int:
    return FIRST_TIMESTAMP + min(offset + round(time * POSITIONS_PER_SECOND), N_TIMESTAMPS - 1)


def _positions(answer: _Answer, n_positions: int) -> Positions | None:
    if answer.heard is None:
        return None
    start, end = answer.heard
    return max(0, int(start * POSITIONS_PER_SECOND) - 1), min(n_positions, int(end * POSITIONS_PER_SECOND) + 2)
