"""`python -m benchmarks.soak`: a day of short jobs in miniature. Does any process hold more at the end than early on?

Some programs side by side post clips of a second, one after the other. After every so many the hub is left alone for a
moment, and the memory of each of its processes is looked at. Goal: at the end within 5 % of what it was after 1,000.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from benchmarks.meter import PROGRAMS
from benchmarks.processes import Usage, usage_of
from benchmarks.recordings import short_clips
from benchmarks.report import save, table
from benchmarks.stack import Stack, running

REST_SECONDS = 15.0
"""Longer than an idle thread of web lives."""
GOAL = 0.05


class Soak:
    """So many programs at once with so many clips."""

    def __init__(self, stack: Stack, clips: list[Path], programs: int) -> None:
        self._stack = stack
        self._clips = [clip.read_bytes() for clip in clips]
        self._programs = programs
        self.answers: Counter[str] = Counter()
        self.seconds = 0.0

    def post(self, jobs: int) -> dict[str, Usage]:
        """So many jobs more, and a rest: what is held then."""
        began = time.monotonic()
        with self._stack.client() as client, ThreadPoolExecutor(self._programs) as pool:
            self.answers.update(pool.map(lambda number: self._one(client, number), range(jobs)))
        self.seconds += time.monotonic() - began
        time.sleep(REST_SECONDS)
        return {name: usage_of(self._stack.process.pid, word) for name, word in PROGRAMS.items()}

    def _one(self, client: httpx.Client, number: int) -> str:
        content = self._clips[number % len(self._clips)]
        try:
            answer = client.post("/transcribe", files={"file": content})
        except httpx.HTTPError as error:
            return type(error).__name__
        return "words" if answer.is_success else f"{answer.status_code}: {answer.text[:100]}"


def main() -> None:
    """Run it and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=1_000, help="jobs between two looks; the first is the baseline")
    parser.add_argument("--programs", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whisperhub-soak-") as name, running(Path(name) / "hub") as stack:
        soak = Soak(stack, short_clips(Path(name), 8, 1.0), options.programs)
        looks = [soak.post(options.every) for _ in range(0, options.jobs, options.every)]
    jobs = options.every * len(looks)
    save(
        "soak",
        "A day of short jobs in miniature",
        shlex.join(["python", "-m", "benchmarks.soak", *sys.argv[1:]]),
        f"{jobs:,} clips of a second from {options.programs} programs in {soak.seconds / 60:.0f} min, "
        f"{jobs / soak.seconds:.1f} a second. Answers: "
        + ", ".join(f"{what} × {count:,}" for what, count in soak.answers.items()),
        table(["program", *(f"MB after {options.every * (n + 1):,}" for n in range(len(looks)))], _memory(looks)),
        table(["program", "end ÷ first", "within 5 %", "files", "threads", "CPU ms a job"], _growth(looks, jobs)),
    )


def _memory(looks: list[dict[str, Usage]]) -> list[list[str]]:
    return [[name, *(f"{look[name].resident_bytes / 2**20:.0f}" for look in looks)] for name in PROGRAMS]


def _growth(looks: list[dict[str, Usage]], jobs: int) -> list[list[str]]:
    rows = []
    for name in PROGRAMS:
        first, last = looks[0][name], looks[-1][name]
        ratio = last.resident_bytes / first.resident_bytes
        later = jobs * (len(looks) - 1) / len(looks)
        milliseconds = 1000 * (last.cpu_seconds - first.cpu_seconds) / later if later else 0.0
        held = [f"{first.files} → {last.files}", f"{first.threads} → {last.threads}"]
        rows.append([name, f"{ratio:.3f}", "yes" if abs(ratio - 1) <= GOAL else "NO", *held, f"{milliseconds:.1f}"])
    return rows


if __name__ == "__main__":
    main()
