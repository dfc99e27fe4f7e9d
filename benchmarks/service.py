"""`make bench`: the whole service over HTTP against bare faster-whisper: same model, same files, same run.

Baselines, both with word times, both in this process, the model loaded beforehand:
    batched     `BatchedInferencePipeline`, batch 8, with timestamps: the library's fastest path
    sequential  `WhisperModel.transcribe` with its voice detection: what most servers call
"""

from __future__ import annotations

import argparse
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bare import batched, load, sequential, timed
from benchmarks.recordings import long_recording, short_clips
from benchmarks.report import save, table
from benchmarks.stack import Stack, running

Seconds = Callable[[Path], float]


def service(stack: Stack) -> Callable[[Path], object]:
    """The same over HTTP."""
    client = stack.client()

    def run(path: Path) -> None:
        with path.open("rb") as file:
            client.post("/transcribe?include_segments=true", files={"file": file}).raise_for_status()

    return run


def first_words(stack: Stack, path: Path) -> str:
    """When the first words of a streamed answer came, and its last."""
    came: list[float] = []
    began = time.perf_counter()
    with (
        path.open("rb") as file,
        stack.client() as client,
        client.stream(
            "POST", "/v1/audio/transcriptions", files={"file": file}, data={"model": "whisper-1", "stream": "true"}
        ) as answer,
    ):
        answer.raise_for_status()
        came.extend(time.perf_counter() - began for line in answer.iter_lines() if line.startswith("data:"))
    row = (f"{came[0]:.2f}", f"{came[-1]:.2f}", f"{100 * came[0] / came[-1]:.1f}")
    return table(["one long file, streamed: first words s", "last s", "first ÷ last, %"], [row])


def seconds(transcribe: Callable[[Path], object]) -> Seconds:
    """The time that it takes instead of its result."""
    return lambda path: timed(lambda: transcribe(path))


def compare_long(ours: Seconds, bare: dict[str, Seconds], path: Path, rounds: int) -> str:
    """Median seconds of each and the median of the ratios, round by round."""
    taken: dict[str, list[float]] = {"service": [], **{name: [] for name in bare}}
    for _ in range(rounds):
        taken["service"].append(ours(path))
        for name, transcribe in bare.items():
            taken[name].append(transcribe(path))
    rows = [
        (
            name,
            f"{statistics.median(values):.2f}",
            f"{statistics.median(a / b for a, b in zip(taken['service'], values, strict=True)):.2f}",
        )
        for name, values in taken.items()
    ]
    return table(["one long file", "median seconds", "service ÷ it"], rows)


def compare_short(ours: Seconds, bare: dict[str, Seconds], clips: list[Path]) -> str:
    """Clips in a row, ours and theirs in turn; what the service adds to each, in milliseconds."""
    added: dict[str, list[float]] = {name: [] for name in bare}
    times: list[float] = []
    for clip in clips:
        times.append(ours(clip))
        for name, transcribe in bare.items():
            added[name].append((times[-1] - transcribe(clip)) * 1000)
    rows = [
        (name, f"{statistics.median(times) * 1000:.0f}", f"{statistics.median(values):+.0f}", f"{_p95(values):+.0f}")
        for name, values in added.items()
    ]
    return table(["clips in a row, against", "service p50 ms", "added p50 ms", "added p95 ms"], rows)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="length of the long file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clips", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as name:
        folder, model = Path(name), load()
        bare = {"batched": seconds(batched(model)), "sequential": seconds(sequential(model))}
        path, clips = long_recording(folder, options.minutes), short_clips(folder, options.clips)
        with running(folder / "data") as stack:
            ours = seconds(service(stack))
            for warm_up in (ours, *bare.values()):
                warm_up(clips[0])
            parts = [compare_long(ours, bare, path, options.rounds), compare_short(ours, bare, clips)]
            parts.insert(1, first_words(stack, path))
    command = shlex.join(["python", "-m", "benchmarks.service", *sys.argv[1:]])
    save("service", "The service against bare faster-whisper", command, *parts)


if __name__ == "__main__":
    main()
