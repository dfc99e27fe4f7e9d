"""`python -m benchmarks.latency`: a 10-second clip that arrives while long files run, against an idle engine."""

from __future__ import annotations

import argparse
import shlex
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.bare import timed
from benchmarks.recordings import long_recording, short_clips
from benchmarks.report import save, table
from transcripts.engine import EngineConfig, Job, JobCancelled, Options
from transcripts.engine.engine import Engine

PAUSE_SECONDS = 0.5
SETTLE_SECONDS = 20.0
"""Seconds until the first minute of each, which is interactive, lies behind it."""


class LongFiles:
    """So many long files in work, over and over, until the block ends."""

    def __init__(self, engine: Engine, path: Path, count: int) -> None:
        self.served = 0.0  # seconds of audio
        self._engine = engine
        self._path = path
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(index,)) for index in range(count)]

    def __enter__(self) -> LongFiles:
        for thread in self._threads:
            thread.start()
        time.sleep(SETTLE_SECONDS)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, index: int) -> None:
        job = Job(f"long-{index}", owner=f"owner-{index}")
        while not self._stop.is_set():
            before = 0.0
            try:
                for result in self._engine.transcribe(self._path, Options(), job=job, cancelled=self._stop.is_set):
                    self.served += result.end - before
                    before = result.end
            except JobCancelled:
                return


def latencies(engine: Engine, clips: list[Path]) -> list[float]:
    """Seconds from handing in each clip to its last word, one after the other."""
    seconds = []
    for clip in clips:
        job = Job(clip.name, owner="clips")
        seconds.append(timed(lambda clip=clip, job=job: list(engine.transcribe(clip, Options(), job=job))))  # type: ignore[misc]
        time.sleep(PAUSE_SECONDS)
    return seconds


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=30)
    parser.add_argument("--long", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()
    engine = Engine.load(EngineConfig(model="demo"))
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as name:
        clips, path = short_clips(Path(name), options.clips), long_recording(Path(name), options.minutes)
        latencies(engine, clips[:2])
        idle = latencies(engine, clips)
        rows = [_row("idle", idle, idle, 0.0)]
        for count in options.long:
            with LongFiles(engine, path, count) as long:
                started, before = time.perf_counter(), long.served
                busy = latencies(engine, clips)
                rate = (long.served - before) / (time.perf_counter() - started)
            rows.append(_row(f"{count} long files", busy, idle, rate))
        rows.append(_row("idle again", latencies(engine, clips), idle, 0.0))
    engine.close()
    header = ["beside", "p50 ms", "p95 ms", "p50 ÷ idle p50", "p95 ÷ idle p50", "long files, audio s/s meanwhile"]
    command = shlex.join(["python", "-m", "benchmarks.latency", *sys.argv[1:]])
    save("latency", "A clip beside long files", command, table(header, rows))


def _row(name: str, seconds: list[float], idle: list[float], rate: float) -> list[object]:
    p50, p95, base = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1], statistics.median(idle)
    return [name, f"{p50 * 1000:.0f}", f"{p95 * 1000:.0f}", f"{p50 / base:.2f}", f"{p95 / base:.2f}", f"{rate:.0f}"]


if __name__ == "__main__":
    main()
