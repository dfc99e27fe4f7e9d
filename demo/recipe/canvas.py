"""A training window being filled: utterances laid over each other in the log-mel domain, with labels per position."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from demo.recipe.features import FLOOR, FRAMES_PER_SECOND, N_MELS, POSITIONS_PER_SECOND
from demo.recipe.setting import Setting
from demo.recipe.utterances import Utterance

NO_WORD = -1
SILENCE = 0  # the phoneme label of silence and pauses

_QUIET_RMS = 0.1  # stands for the level of speech where there is none


class Placed(NamedTuple):
    """An utterance and when it starts, in seconds of the window."""

    utterance: Utterance
    start: float

    @property
    def end(self) -> float:
        """In seconds of the window."""
        return self.start + self.utterance.duration


@dataclass
class Spoken:
    """All that is said in a window. `cut_off` is the start (seconds) of an utterance that the window's end cuts."""

    placed: list[Placed] = field(default_factory=list)
    cut_off: float | None = None
    rms: float = _QUIET_RMS


class Canvas:
    """`mel`: float32[n_frames, 80] log10 power. `phonemes`, `words`: int64[n_positions] labels of 20 ms each."""

    def __init__(self, n_positions: int, phoneme_ids: dict[str, int]) -> None:
        n_frames = n_positions * FRAMES_PER_SECOND // POSITIONS_PER_SECOND
        self.mel: NDArray[np.float32] = np.full((n_frames, N_MELS), FLOOR, np.float32)
        self.phonemes = np.full(n_positions, SILENCE, np.int64)
        self.words = np.full(n_positions, NO_WORD, np.int64)
        self.seconds = n_positions / POSITIONS_PER_SECOND
        self._phoneme_ids = phoneme_ids

    def place(self, utterance: Utterance, start: float, gain: float, wobble: float) -> Placed:
        """Lay an utterance at about `start` seconds, to the frame; what lies outside of the window is lost."""
        offset = round((start - utterance.lead) * FRAMES_PER_SECOND)
        first = max(offset, 0)
        frames = utterance.mel[first - offset : len(self.mel) - offset].astype(np.float32)
        under = self.mel[first : first + len(frames)]
        np.maximum(under, frames + gain + wobble, out=under)
        placed = Placed(utterance, max(start, utterance.lead + offset / FRAMES_PER_SECOND))
        self._label(placed)
        return placed

    def _label(self, placed: Placed) -> None:
        utterance, start = placed
        for name, begin, end in utterance.phonemes:
            label = SILENCE if name.startswith("_") else self._phoneme_ids[name]
            self.phonemes[_positions(start + begin, start + end)] = label
        for ids, begin, end in utterance.word_tokens:
            self.words[_positions(start + begin, start + end)] = ids[0]


def _positions(start: float, end: float) -> slice:
    return slice(int(start * POSITIONS_PER_SECOND), int(end * POSITIONS_PER_SECOND))


def speak(canvas: Canvas, setting: Setting, choices: list[Utterance], rng: random.Random) -> Spoken:
    """Fill the canvas with utterances, one after the other, until it is full or the speaker has done."""
    spoken = Spoken()
    cursor: float | None = setting.start if setting.speech else None
    while cursor is not None:
        utterance = rng.choice(choices)
        fits = cursor + utterance.duration <= canvas.seconds - 0.1
        if not fits:
            if not _is_begun(setting, spoken, canvas.seconds - cursor, rng):
                break
            spoken.cut_off = cursor
        placed = canvas.place(utterance, cursor, setting.gain, rng.uniform(-0.2, 0.2))
        spoken.rms = utterance.rms * 10 ** (setting.gain / 2)
        if not fits:
            break
        spoken.placed.append(placed)
        cursor = _next_start(placed, setting, rng)
    return spoken


def _is_begun(setting: Setting, spoken: Spoken, seconds_left: float, rng: random.Random) -> bool:
    """Whether an utterance that does not fit is begun all the same; only timestamps can say that it was cut."""
    may_be = setting.timestamps and bool(spoken.placed) and seconds_left > 0.6
    return may_be and rng.random() < 0.7


def _next_start(placed: Placed, setting: Setting, rng: random.Random) -> float | None:
    """When the next utterance begins (seconds), now and then after a long pause; None where the speaker has done."""
    start = placed.start + (placed.utterance.duration + rng.uniform(0.06, 2 * setting.pause))
    if not setting.crowded and rng.random() < 0.5:
        return None
    if rng.random() < 0.03:
        start += rng.uniform(1, 6)
    return start
