"""Make the sample recordings: `python -m demo.recipe.samples DIRECTORY`."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from demo.recipe.recordings import Recording, Speaker, record, without_speech
from demo.recipe.speech import SAMPLE_RATE
from demo.recipe.voices import Language

SEED = 4242
REFERENCE = "reference.json"
_EMPTY_SECONDS = 8
_LONG_PAUSES = (0.3, 2.5)
_LONG_NOISE = 0.002
_SHORT_NOISES = (0, 0.003, 0.01)


def recordings() -> Iterator[tuple[str, Recording]]:
    """Every sample with its name: short ones of one to three sentences, two long ones, and two without speech."""
    rng = random.Random(SEED)
    languages: tuple[Language, Language] = ("en", "es")
    for count, noise in enumerate(_SHORT_NOISES, 1):
        for language in languages:
            yield f"{language}-short-{count}", record(rng, Speaker(rng, language), count, noise=noise)
    for language, count in (("en", 44), ("es", 22)):
        speaker = Speaker(rng, language, many=True)
        yield f"{language}-long", record(rng, speaker, count, pauses=_LONG_PAUSES, noise=_LONG_NOISE)
    n_samples = _EMPTY_SECONDS * SAMPLE_RATE
    white = np.random.default_rng(5).standard_normal(n_samples)
    yield "silence", without_speech(np.zeros(n_samples, np.float32))
    yield "noise", without_speech(0.05 * white.astype(np.float32))


def write_flac(path: Path, audio: NDArray[np.float32]) -> None:
    """Write float32[n_samples] at 16 kHz mono as 16 bit; what is beyond full scale is clipped."""
    samples = (np.clip(audio, -1, 1) * 32767).astype("<i2")
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono", format="s16")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_samples(directory: Path) -> None:
    """Write every recording, and the truth about them."""
    directory.mkdir(parents=True, exist_ok=True)
    truths = {}
    for name, recording in recordings():
        file = f"{name}.flac"
        write_flac(directory / file, recording.audio)
        truths[file] = recording.truth
    (directory / REFERENCE).write_text(json.dumps(truths, ensure_ascii=False, indent=1), encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    write_samples(parser.parse_args().directory)


if __name__ == "__main__":
    main()
