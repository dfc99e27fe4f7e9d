"""`python -m benchmarks.apart`: what it costs to read a file in a process of its own, against reading it here."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from benchmarks.recordings import SAMPLES, long_recording
from benchmarks.report import save, table
from transcripts.engine import audio
from transcripts.engine import probe as probing
from transcripts.engine.apart import media, sound

PROBES, CLIPS, LONGS = 30, 20, 3
MINUTES = 2.0


def main() -> None:
    """Measure in turn, print, save."""
    clip = SAMPLES / "en-short-1.flac"
    media.probe(clip)  # the fork server starts once in the life of a process, which is not what is asked here
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as folder:
        film = long_recording(Path(folder), MINUTES)
        rows = [
            _row("headers of a clip", PROBES, lambda: probing.probe(clip), lambda: media.probe(clip)),
            _row("sound of a clip (4 s)", CLIPS, lambda: _all(audio.decode(clip)), lambda: _all(sound.decode(clip))),
            _row(
                f"sound of {MINUTES:g} minutes",
                LONGS,
                lambda: _all(audio.decode(film)),
                lambda: _all(sound.decode(film)),
            ),
        ]
    header = ["what is read", "here, ms", "apart, ms", "more, ms", "ratio"]
    about = f"Medians, measured in turn; load of the machine at the end: {os.getloadavg()[0]:.0f}."
    save("apart", "Reading a file in a process of its own", "python -m benchmarks.apart", about, table(header, rows))


def _row(what: str, times: int, here: Callable[[], object], apart: Callable[[], object]) -> list[str]:
    """Medians of `times` runs, one after the other in turn: what else the machine does meets both."""
    pairs = [(_milliseconds(here), _milliseconds(apart)) for _ in range(times)]
    base, cost = (median(column) for column in zip(*pairs, strict=True))
    return [what, f"{base:.1f}", f"{cost:.1f}", f"{cost - base:+.1f}", f"{cost / base:.2f}"]


def _milliseconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def _all(blocks: Iterable[audio.Audio]) -> int:
    """Read to the end; samples."""
    return sum(block.shape[1] for block in blocks)


if __name__ == "__main__":
    main()
