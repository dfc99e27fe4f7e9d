"""`make bench-load`: does the hub stay quick for people while programs wait, pages watch and large files come in?

At once: programs that post a clip, wait for its words, hold them against the right ones and post it again; pages of the
library that ask for what is new as often as they are told to; large files that come over one line of a told speed; and
somebody who asks `/health` and opens the library at fixed times, first while all of them arrive. Baseline: the same two
questions to the same hub while nothing else happens. Then the same programs before a queue that is too short for them.
Each kind is a process.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.crowd import people, programs, uploads
from benchmarks.crowd.hub import Hub, signed_in
from benchmarks.crowd.tally import Tally, percentile
from benchmarks.meter import HELD, Meter, held_rows
from benchmarks.recordings import short_clips
from benchmarks.report import save, table
from benchmarks.stack import Stack, running

IDLE_SECONDS = 10.0
ARRIVAL_SECONDS = 20.0
"""In which a hundred pages are opened and two hundred clips come at once: asked about apart from what follows."""
FOREVER = 24 * 3600.0


class Crowd:
    """Processes of those who come to one hub."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        password = (folder / "run.log").read_text().partition("password ")[2].split()[0]
        self.hub = Hub(stack.url, stack.key, signed_in(stack.url, "admin", password), folder / "over")
        self._pool = ProcessPoolExecutor(4, get_context("spawn"))
        self._came: list[Future[Any]] = []

    def come(self, role: Callable[..., Tally], *arguments: object) -> Future[Any]:
        """One more."""
        self._came.append(self._pool.submit(role, self.hub, *arguments))
        return self._came[-1]

    def leave(self) -> Tally:
        """It is over: wait until all have gone. What they counted."""
        self.hub.end.touch()
        tally = Tally()
        for future in self._came:
            tally.add(future.result())
        self._pool.shutdown()
        return tally


def loaded(folder: Path, clips: list[Path], options: argparse.Namespace) -> list[str]:
    """Everybody at once: the tables."""
    with running(folder) as stack, stack.client() as client:
        heard = [programs.Clip.heard(clip, client) for clip in clips]
        crowd = Crowd(stack, folder)
        crowd.come(people.probe, "idle", IDLE_SECONDS).result()
        meter = Meter(stack)
        crowd.come(programs.post, heard, options.clients)
        crowd.come(people.watch, options.pages)
        sent = crowd.come(uploads.send, options.uploads, options.upload_mb << 20, options.line_mbit, options.seconds)
        crowd.come(people.probe, "arriving", ARRIVAL_SECONDS).result()
        crowd.come(people.probe, "loaded", FOREVER)
        meter.until_done(sent)
        tally = crowd.leave()
        after, took = meter.until_calm()
    carried = tally.counts["bytes uploaded"] * 8e-6 / meter.seconds
    return [
        "Everybody at once",
        _told(tally),
        table(HELD, held_rows(meter, after)),
        f"{meter.seconds:.0f} s, in which all processors together worked {meter.busy:.0f} s, the benchmark and readers "
        f"of files (which are gone when they are counted) included. The line carried {carried:.0f} Mbit/s of "
        f"{options.line_mbit:.0f}. Web was back at its files and threads {took:.0f} s after the last answer.",
    ]


def before_a_full_queue(folder: Path, clips: list[Path], options: argparse.Namespace) -> list[str]:
    """The programs alone, and room for a few of them: the tables."""
    with running(folder, WHISPERHUB_MAX_QUEUE=str(options.queue)) as stack, stack.client() as client:
        heard = [programs.Clip.heard(clip, client) for clip in clips]
        crowd = Crowd(stack, folder)
        crowd.come(programs.post, heard, options.clients)
        crowd.come(people.probe, "full queue", options.seconds).result()
        tally = crowd.leave()
    return [f"The programs alone, before a queue of {options.queue}", _told(tally)]


def _told(tally: Tally) -> str:
    rows = [
        (what, len(values), *(f"{percentile(values, percent):.0f}" for percent in (50, 95, 99, 100)))
        for what, values in sorted(tally.seconds.items())
    ]
    return "\n\n".join(
        [
            table(["question", "answers", "p50 ms", "p95 ms", "p99 ms", "longest ms"], rows),
            f"Words as on an idle hub: {tally.counts['right words']} of {len(tally.seconds['clip'])} clips.",
            "Refused with the seconds to stay away, and obeyed: " + _counted(tally.refused),
            "Errors: " + _counted(tally.errors),
        ]
    )


def _counted(what: dict[str, int]) -> str:
    return "; ".join(f"{words} × {count}" for words, count in what.items()) or "none."


def main() -> None:
    """Run it and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--upload-mb", type=int, default=1024)
    parser.add_argument("--line-mbit", type=float, default=1000.0, help="speed of the line that the uploads share")
    parser.add_argument("--queue", type=int, default=50, help="that is too short for the programs")
    parser.add_argument("--seconds", type=float, default=60.0, help="at least; each sender's last upload is waited for")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whisperhub-load-") as name:
        clips = short_clips(Path(name), 8)
        parts = loaded(Path(name) / "hub", clips, options)
        parts += before_a_full_queue(Path(name) / "full", clips, options)
    save(
        "load",
        "The hub under load",
        shlex.join(["python", "-m", "benchmarks.load", *sys.argv[1:]]),
        *parts,
        "Goals: `/health` p99 under 200 ms, library p95 under 300 ms, no error, web under 400 MB, all given back.",
    )


if __name__ == "__main__":
    main()
