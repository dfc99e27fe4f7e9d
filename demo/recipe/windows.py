"""Random training windows, composed from cached utterances in the log-mel domain: no window ever comes twice."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.recipe.canvas import SILENCE, Canvas, speak
from demo.recipe.channel import degrade, end_early
from demo.recipe.noise import noise_bank
from demo.recipe.prompts import draw_prompt
from demo.recipe.setting import Setting, draw_setting
from demo.recipe.targets import Targets, make_targets
from demo.recipe.utterances import Utterance
from demo.recipe.voices import Language


@dataclass(frozen=True, slots=True)
class Window:
    """`mel`: float[80, 2 * n_positions]. `phonemes`, `words`: int64[n_positions] labels for the training aids."""

    mel: NDArray[np.floating]
    targets: Targets
    phonemes: NDArray[np.int64]
    words: NDArray[np.int64]


class Windows:
    """An endless source of windows; the same material and seed give the same ones."""

    def __init__(self, material: list[Utterance], seed: int) -> None:
        self.rng = random.Random(seed)
        names = sorted({phoneme.text for utterance in material for phoneme in utterance.phonemes})
        self.phoneme_ids = {name: index for index, name in enumerate(names, SILENCE + 1)}
        self._noise = noise_bank()
        self._spoken: dict[Language, list[Utterance]] = {
            language: [utterance for utterance in material if utterance.language == language]
            for language in ("en", "es")
        }

    def draw(self, n_positions: int, offset: int, *, prompted: bool) -> Window:
        """One window of `n_positions` of 20 ms, at position `offset` of the 30-second axis."""
        setting = draw_setting(self.rng)
        canvas = Canvas(n_positions, self.phoneme_ids)
        spoken = speak(canvas, setting, self._spoken[setting.language], self.rng)
        mel = degrade(canvas.mel, spoken, speech=setting.speech, bank=self._noise, rng=self.rng)
        end_early(mel, spoken, self.rng)
        prompt = self._prompt(setting) if prompted and self.rng.random() < 0.75 else []
        targets = make_targets(setting, spoken, prompt, n_positions, offset, self.rng)
        return Window(mel.T, targets, canvas.phonemes, canvas.words)

    def _prompt(self, setting: Setting) -> list[int]:
        language = setting.language if setting.task == "transcribe" else "en"
        return draw_prompt(self._spoken, language, timestamps=setting.timestamps, rng=self.rng)
