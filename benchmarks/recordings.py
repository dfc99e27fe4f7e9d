"""Recordings of any length, made of the demo model's samples: real decoding work with known words."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

SAMPLES = Path(__file__).parent.parent / "demo" / "samples"
RATE = 16000


def samples(name: str) -> NDArray[np.int16]:
    """A sample as int16[n_samples] at 16 kHz mono."""
    resampler = AudioResampler("s16", "mono", RATE)
    with av.open(str(SAMPLES / name)) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def write_opus(path: Path, audio: NDArray[np.int16], seconds: float) -> Path:
    """`audio` (int16[n] at 16 kHz) over and over until `seconds`, as Ogg/Opus. Memory does not grow with `seconds`."""
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48000, layout="mono")
        stream.bit_rate = 32000
        resampler = AudioResampler("s16", "mono", 48000)
        left = round(seconds * RATE)
        while left > 0:
            part = audio[:left]
            left -= len(part)
            frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate = RATE
            for piece in resampler.resample(frame):
                piece.pts = None
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def long_recording(folder: Path, minutes: float) -> Path:
    """English speech with pauses, `minutes` long."""
    return write_opus(folder / f"long-{minutes:g}.ogg", samples("en-long.flac"), minutes * 60)


def short_clips(folder: Path, count: int, seconds: float = 10.0) -> list[Path]:
    """`count` different clips of `seconds` from the long sample."""
    audio = samples("en-long.flac")
    step = max((len(audio) - round(seconds * RATE)) // count, 1)
    return [
        write_opus(folder / f"clip-{index}.ogg", audio[index * step : index * step + round(seconds * RATE)], seconds)
        for index in range(count)
    ]
