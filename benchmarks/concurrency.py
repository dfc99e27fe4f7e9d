"""`python -m benchmarks.concurrency`: many clips at once; audio seconds per second against three ways without us.

    a  one at a time through `WhisperModel`
    b  16 threads on one `WhisperModel`
    c  16 threads, a `BatchedInferencePipeline` per request
Same model, same options (words, voice detection), same clips, same run. `--random tiny` takes a model of that size with
random weights (`benchmarks.random_models`).
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

from faster_whisper import WhisperModel

from benchmarks.bare import DEMO_MODEL, Transcribe, batched, load, sequential, timed
from benchmarks.random_models import SIZES, make, speak
from benchmarks.recordings import short_clips
from benchmarks.report import save, table
from transcripts.engine import EngineConfig, Job, Options
from transcripts.engine.engine import Engine

CLIP_SECONDS = 10.0
CLIP_TOKENS = 30
THREADS = 16  # recordings that one worker has in work at once, by default
Way = Callable[[list[Path]], object]


def one_at_a_time(transcribe: Transcribe) -> Way:
    """A queue with one worker."""
    return lambda clips: [transcribe(clip) for clip in clips]


def threads(transcribe: Transcribe) -> Way:
    """A pool of threads."""

    def run(clips: list[Path]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(transcribe, clips))

    return run


def engine_transcribe(engine: Engine, **options: Any) -> Transcribe:
    """One job of ours."""
    return lambda path: list(engine.transcribe(path, Options(**options), job=Job(path.name)))


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--random", choices=SIZES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as folder:
        path = make(options.random, Path(folder) / options.random) if options.random else DEMO_MODEL
        engine = Engine.load(EngineConfig(model=str(path)))
        ways = _ways(engine, load(path, engine.info.device, engine.info.compute_type), noise=bool(options.random))
        clips = short_clips(Path(folder), max(options.clips), CLIP_SECONDS)
        for way in ways.values():
            way(clips[:2])
        rows = [_compare(ways, clips[:count], options.rounds) for count in options.clips]
        engine.close()
    header = [
        "clips at once",
        *(f"{name}, audio s/s" for name in ways),
        *(f"ours ÷ {name[0]}" for name in list(ways)[1:]),
    ]
    name = f"concurrency-{options.random}" if options.random else "concurrency"
    name += "" if engine.info.device == "cpu" else f"-{engine.info.device}"
    command = shlex.join(["python", "-m", "benchmarks.concurrency", *sys.argv[1:]])
    where = f"{options.random or 'demo'} on {engine.info.device_name} in {engine.info.compute_type}."
    save(name, "Clips at once", command, where, table(header, rows))


def _ways(engine: Engine, model: WhisperModel, *, noise: bool) -> dict[str, Way]:
    """Noise is in no language that could be detected: it is named English."""
    ours: dict[str, Any] = {"language": "en"} if noise else {}
    theirs = speak(CLIP_TOKENS) | ours if noise else {}
    return {
        "ours": threads(engine_transcribe(engine, **ours)),
        "a: one at a time": one_at_a_time(sequential(model, **theirs)),
        "b: threads": threads(sequential(model, **theirs)),
        "c: pipelines": threads(batched(model, **theirs)),
    }


def _compare(ways: dict[str, Way], clips: list[Path], rounds: int) -> list[object]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(timed(lambda way=way: way(clips)))  # type: ignore[misc]
    audio = len(clips) * CLIP_SECONDS
    rates = [f"{audio / statistics.median(values):.1f}" for values in seconds.values()]
    ours = seconds.pop("ours")
    ratios = [
        f"{statistics.median(b / a for a, b in zip(ours, values, strict=True)):.2f}" for values in seconds.values()
    ]
    return [len(clips), *rates, *ratios]


if __name__ == "__main__":
    main()
