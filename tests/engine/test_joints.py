"""Speech that is cut because it has no pause: nothing lost, doubled or merged, wherever the cut falls."""

from __future__ import annotations

import wave
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.engine.conftest import Transcribe, said
from tests.speech import VOICES, Language, requires_espeak, say, sentences, words
from transcripts.engine import Options, VadOptions
from transcripts.engine.audio import SAMPLE_RATE, Audio, decode

NO_PAUSE = VadOptions(min_silence=4.0)
"""The voice detector takes no gap between these sentences for a pause: every cut is a forced one."""
GAP = round(0.25 * SAMPLE_RATE)
COUNT = 14
STEPS = [round(0.37 * step, 2) for step in range(6)]


@cache
def spoken(language: Language, folder: Path) -> tuple[list[str], list[Audio]]:
    """Sentences, and their sound with a short gap of faint noise after each."""
    hiss = (0.003 * np.random.default_rng(1).standard_normal(GAP)).astype(np.float32)
    texts = [sentence.text for sentence in sentences(language, COUNT, seed=11)]
    sounds: list[Audio] = []
    for text in texts:
        sound = np.concatenate(list(decode(say(text, folder / "one.wav", voice=VOICES[language]))), axis=1)[0]
        loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
        sounds.append(np.concatenate([sound[loud[0] : loud[-1]], hiss]))
    return texts, sounds


def write(path: Path, sound: Audio) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes((sound * 32767).astype(np.int16).tobytes())
    return path


@requires_espeak
@pytest.mark.parametrize("shift", STEPS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_word_across_a_forced_cut_is_there_once(
    transcribe: Transcribe, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, language: Language, shift: float
) -> None:
    texts, sounds = spoken(language, tmp_path_factory.getbasetemp())
    cut = round(shift * SAMPLE_RATE)  # off the first sentence, so that all cuts move along the others
    path = write(tmp_path / "speech.wav", np.concatenate(sounds)[cut:])
    results = transcribe(path, Options(language=language, vad=NO_PAUSE))
    assert len(results) >= 2
    second = (sounds[0].size - cut) / SAMPLE_RATE
    found = [segment for segment in said(results) if segment.start > second - 0.15]
    expected, heard = words(" ".join(texts[1:])), words("".join(segment.text for segment in found))
    assert len(heard) == pytest.approx(len(expected), abs=1)
    wrong = sum(ours != theirs for ours, theirs in zip(heard, expected, strict=False))
    assert wrong <= 1 or heard[-len(expected) // 2 :] == expected[-len(expected) // 2 :]
    assert all(before.end <= after.start for before, after in pairwise(found))
