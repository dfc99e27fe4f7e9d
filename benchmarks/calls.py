"""`python -m benchmarks.calls --random turbo`: CTranslate2's calls one by one, where a device's time goes.

Each call with batches of several sizes; then the largest batch in parts, each on a worker of its own, at once. Decoding
is also done without timestamps: on a card the rules for timestamps ask the device a question for every beam and token,
and wait for each answer. The words' times (`align`) are computed on the processor whatever the device.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from benchmarks.bare import timed
from benchmarks.limits import BEAM
from benchmarks.random_models import SIZES, make
from benchmarks.report import save, table
from transcripts.engine.device import choose

FRAMES = 3000  # of features: 30 s
HEADER = ["call", "windows", "parts at once", "ms", "ms a window"]
Call = Callable[[int, int], object]
"""Does its work for the windows from one number to another."""


class Calls:
    """The calls of one model on windows of noise."""

    def __init__(self, whisper: WhisperModel, most: int, tokens: int) -> None:
        self._model: Any = whisper.model
        self._tokens = tokens
        tokenizer = Tokenizer(whisper.hf_tokenizer, True, task="transcribe", language="en")
        self._prompt = list(tokenizer.sot_sequence)
        self._silent = [*self._prompt, tokenizer.no_timestamps]
        self._features = np.random.default_rng(1).standard_normal((most, self._model.n_mels, FRAMES), np.float32)
        self._encoded = np.concatenate([self.encode(number, number + 1) for number in range(most)])
        self._said = [[token for token in said if token < tokenizer.eot] for said in self.generate(0, most)]

    def encode(self, begin: int, end: int) -> Any:
        """Features to encoder output, which comes back as the engine wants it: to the processor's memory."""
        features = StorageView.from_array(self._features[begin:end])
        return np.array(self._model.encode(features, to_cpu=self._model.device == "cuda"))

    def generate(self, begin: int, end: int) -> list[list[int]]:
        """Encoder output to tokens."""
        return self._generate(begin, end, self._prompt)

    def generate_without_timestamps(self, begin: int, end: int) -> list[list[int]]:
        """The same without the rules for timestamps."""
        return self._generate(begin, end, self._silent)

    def align(self, begin: int, end: int) -> object:
        """When the tokens were said."""
        encoded = StorageView.from_array(self._encoded[begin:end])
        return self._model.align(encoded, self._prompt, self._said[begin:end], [FRAMES] * (end - begin))

    def _generate(self, begin: int, end: int, prompt: list[int]) -> list[list[int]]:
        results = self._model.generate(
            StorageView.from_array(self._encoded[begin:end]),
            [prompt] * (end - begin),
            beam_size=BEAM,
            max_length=2 * self._tokens,
            suppress_tokens=[-1],
        )
        return [result.sequences_ids[0] for result in results]


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", choices=SIZES, default="tiny", help="size of the model with random weights")
    parser.add_argument("--windows", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--parts", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--tokens", type=int, default=90, help="of a window (3 a second of speech)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--compute-type", default="auto")
    options = parser.parse_args()
    device, most = choose(options.device, options.compute_type), max(options.windows)
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as folder:
        path = make(options.random, Path(folder) / options.random)
        workers = max(options.parts)
        whisper = WhisperModel(str(path), device.kind, compute_type=device.compute_type, num_workers=workers)
    calls = Calls(whisper, most, options.tokens)
    named = {
        "encode": calls.encode,
        "generate": calls.generate,
        "generate without timestamps": calls.generate_without_timestamps,
        "align": calls.align,
    }
    with ThreadPoolExecutor(workers) as pool:
        sizes = [(windows, 1) for windows in options.windows] + [(most, parts) for parts in options.parts if parts > 1]
        rows = [
            _row(name, call, windows, parts, pool, options.rounds)
            for name, call in named.items()
            for windows, parts in sizes
        ]
    name = "-".join(["calls", options.random, *([device.kind] if device.kind != "cpu" else [])])
    where = (
        f"{options.random} on {device.name} in {device.compute_type}; {options.tokens} tokens a window, beam {BEAM}."
    )
    command = shlex.join(["python", "-m", "benchmarks.calls", *sys.argv[1:]])
    save(name, "Calls one by one", command, where, table(HEADER, rows))


def _row(name: str, call: Call, windows: int, parts: int, pool: ThreadPoolExecutor, rounds: int) -> list[object]:
    ends = [windows * number // parts for number in range(parts + 1)]

    def run() -> None:
        list(pool.map(call, ends, ends[1:]))

    run()
    seconds = statistics.median(timed(run) for _ in range(rounds))
    return [name, windows, parts, f"{seconds * 1000:.1f}", f"{seconds * 1000 / windows:.2f}"]


if __name__ == "__main__":
    main()
