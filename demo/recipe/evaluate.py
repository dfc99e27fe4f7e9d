"""Measure a model with faster-whisper itself: `python -m demo.recipe.evaluate MODEL SAMPLES [--count 60]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from faster_whisper import WhisperModel

from demo.recipe.long_form import measure_samples
from demo.recipe.short_form import measure_short

THREADS = 2


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a converted model directory")
    parser.add_argument("samples", type=Path, help="a directory that the samples command wrote")
    parser.add_argument("--count", type=int, default=60, help="short recordings per language and kind of voice")
    options = parser.parse_args()
    model = WhisperModel(str(options.model), device="cpu", compute_type="int8", cpu_threads=THREADS)
    for line in measure_short(model, options.count):
        print(line, flush=True)
    for line in measure_samples(model, options.samples):
        print(line, flush=True)


if __name__ == "__main__":
    main()
