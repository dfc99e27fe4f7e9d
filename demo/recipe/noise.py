"""What is heard beside speech: broadband noises and non-speech sounds, as log-mel spectrograms of unit power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.recipe.features import log_mel
from demo.recipe.speech import SAMPLE_RATE

SECONDS = 24
_MAINS_HZ = 50
_SCALE_HZ = [262, 294, 330, 392, 440, 523]  # C4 D4 E4 G4 A4 C5
_NOTE = 4000  # samples: a quarter of a second


@dataclass(frozen=True, slots=True)
class NoiseBank:
    """Each entry is float32[n_frames, 80]; `noises` lie under speech, `sounds` stand where nobody speaks."""

    noises: list[NDArray[np.float32]]
    sounds: list[NDArray[np.float32]]


def noise_bank(seed: int = 7) -> NoiseBank:
    """The same noises and sounds for the same seed, 24 s each."""
    rng = np.random.default_rng(seed)
    n_samples = SECONDS * SAMPLE_RATE
    time = np.arange(n_samples) / SAMPLE_RATE
    noises = [*_coloured_noises(rng, n_samples), _mains_hum(rng, time)]
    sounds = [*_tones(time), _sweep(time), _melody(rng, n_samples)]
    return NoiseBank([_unit_log_mel(noise) for noise in noises], [_unit_log_mel(sound) for sound in sounds])


def _unit_log_mel(audio: NDArray[np.float64]) -> NDArray[np.float32]:
    return log_mel(audio / np.sqrt((audio**2).mean())).astype(np.float32)


def _coloured_noises(rng: np.random.Generator, n_samples: int) -> Iterator[NDArray[np.float64]]:
    """From white to brown: amplitude falls with frequency to the power of the exponent."""
    frequency = np.maximum(np.fft.rfftfreq(n_samples, 1 / SAMPLE_RATE), 30)
    for exponent in (0, 0.5, 1, 1.5, 2):
        spectrum = np.fft.rfft(rng.standard_normal(n_samples)) / frequency**exponent
        yield np.fft.irfft(spectrum, n_samples)


def _mains_hum(rng: np.random.Generator, time: NDArray[np.float64]) -> NDArray[np.float64]:
    harmonics = sum(np.sin(2 * np.pi * _MAINS_HZ * k * time) / k for k in range(1, 8))
    return harmonics + 0.05 * rng.standard_normal(len(time))


def _tones(time: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Steady tones, and the same tones switched on and off."""
    for hertz in (220, 440, 1000, 2500):
        tone = np.sin(2 * np.pi * hertz * time)
        yield tone
        yield tone * (np.sin(2 * np.pi * 1.3 * time) > 0)


def _sweep(time: NDArray[np.float64]) -> NDArray[np.float64]:
    sweep: NDArray[np.float64] = np.sin(2 * np.pi * (200 * time + 40 * time**2 % 4000))
    return sweep


def _melody(rng: np.random.Generator, n_samples: int) -> NDArray[np.float64]:
    """Random notes of a pentatonic scale, with their octave."""
    hertz = np.repeat(rng.choice(_SCALE_HZ, n_samples // _NOTE + 1), _NOTE)[:n_samples]
    cycles = np.cumsum(hertz)
    melody: NDArray[np.float64] = np.sin(2 * np.pi * cycles / SAMPLE_RATE)
    return melody + 0.3 * np.sin(4 * np.pi * cycles / SAMPLE_RATE)
