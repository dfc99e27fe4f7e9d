"""What happens to speech on its way to the model: noise, a microphone's colour, lost bands, the end of the file."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from demo.recipe.canvas import Spoken
from demo.recipe.features import FLOOR, FRAMES_PER_SECOND, N_MELS
from demo.recipe.noise import NoiseBank

Mel = NDArray[np.floating]  # [n_frames, 80]


def degrade(mel: Mel, spoken: Spoken, *, speech: bool, bank: NoiseBank, rng: random.Random) -> Mel:
    """A random channel over log10 power, then Whisper's own scaling."""
    mel = _with_noise(mel, spoken, speech=speech, bank=bank, rng=rng)
    mel = np.maximum(_coloured(mel, rng), FLOOR)
    _lose_bands(mel, rng)
    return _scaled(mel, rng)


def end_early(mel: Mel, spoken: Spoken, rng: random.Random) -> None:
    """Often let the file end after the last utterance: faster-whisper fills up its features with zeros."""
    seconds = len(mel) / FRAMES_PER_SECOND
    last = spoken.placed[-1].end if spoken.placed else rng.uniform(1, seconds)
    if spoken.cut_off is None and rng.random() < 0.6:
        trailing = rng.choice((0.03, rng.uniform(0.0, 1.0), rng.uniform(0, 3)))
        mel[int(min(len(mel), (last + trailing) * FRAMES_PER_SECOND) + 1) :] = 0


def _with_noise(mel: Mel, spoken: Spoken, *, speech: bool, bank: NoiseBank, rng: random.Random) -> Mel:
    level = np.log10(spoken.rms**2 + 1e-12)
    if not speech and rng.random() < 0.4:
        mel = np.maximum(mel, _crop(bank.sounds, len(mel), rng) + rng.uniform(-4, -0.5))
    if rng.random() < 0.65 or not speech:
        signal_to_noise = rng.uniform(0.8, 4.5) if speech else rng.uniform(0, 5)  # log10 power: 8 to 45 dB
        noise = _crop(bank.noises, len(mel), rng) + level - signal_to_noise
        mel = np.log10(10.0**mel + 10.0**noise)
    return mel


def _crop(bank: list[NDArray[np.float32]], n_frames: int, rng: random.Random) -> NDArray[np.float32]:
    """A piece that begins anywhere; the bank's entries are endless loops."""
    entry = rng.choice(bank)
    return np.take(entry, np.arange(n_frames) + rng.randrange(len(entry)), axis=0, mode="wrap")


def _coloured(mel: Mel, rng: random.Random) -> Mel:
    """Half of the time a tilt and a ripple over the bands, at times a low-pass."""
    if rng.random() >= 0.5:
        return mel
    band = np.linspace(-1, 1, N_MELS, dtype=np.float32)
    tilt = rng.uniform(-0.5, 0.5) * band
    ripple = rng.uniform(-0.3, 0.3) * np.sin(band * rng.uniform(1, 6) + rng.uniform(0, 6))
    mel = mel + tilt + ripple
    if rng.random() < 0.25:
        cutoff = rng.randint(56, 76)
        mel[:, cutoff:] -= rng.uniform(1, 4)
    return mel


def _lose_bands(mel: Mel, rng: random.Random) -> None:
    if rng.random() < 0.15:
        first = rng.randrange(len(mel)) % N_MELS
        mel[:, first : first + rng.randint(1, 6)] = mel.mean()


def _scaled(mel: Mel, rng: random.Random) -> Mel:
    """Nothing is quieter than 8 below the loudest value of the file, which may lie outside of this window."""
    floor = mel.max() + rng.choice((0, 0, rng.uniform(0, 0.5))) - 8
    scaled: Mel = (np.maximum(mel, floor) + 4) / 4
    return scaled
