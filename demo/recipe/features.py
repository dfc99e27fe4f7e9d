"""The log-mel spectrogram as faster-whisper computes it, before the steps that look at the whole file."""

from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

# Whisper's own front end: 25-ms windows every 10 ms at 16 kHz, 80 mel bands.
N_FFT, HOP, N_MELS = 400, 160, 80
FRAMES_PER_SECOND = 100
# The encoder's second convolution halves the frame rate: one position is 20 ms.
POSITIONS_PER_SECOND = 50
FLOOR = -10.0  # log10 of the least power that counts

_extractor = FeatureExtractor()
_window = np.hanning(N_FFT + 1)[:-1].astype("float32")


def log_mel(audio: NDArray[np.floating]) -> NDArray[np.floating]:
    """Log10 power per mel band: float[n_frames, 80] of float[n_samples] at 16 kHz mono.

    Whisper's clamp to 8 below the loudest value, and its shift, come after the window is composed.
    """
    padded = np.pad(audio.astype(np.float32), (0, HOP))
    spectrum = _extractor.stft(padded, N_FFT, HOP, window=_window, return_complex=True)
    power = np.abs(spectrum[..., :-1]).astype("float32") ** 2
    mel: NDArray[np.floating] = np.log10(np.clip(_extractor.mel_filters @ power, 10**FLOOR, None)).T
    return mel
