"""`python -m benchmarks.memory`: peak memory of the GPU worker after one file of each length, service started anew."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.recordings import long_recording
from benchmarks.report import save, table
from benchmarks.service import service
from benchmarks.stack import running

MEGABYTE = 1024**2


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, nargs="+", default=[5, 180])
    minutes: list[float] = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as folder:
        peaks = [_peak(Path(folder), length) / MEGABYTE for length in minutes]
    rows = [(f"{m:g} min", f"{p:.0f}", f"{p - peaks[0]:+.0f}") for m, p in zip(minutes, peaks, strict=True)]
    header = ["file", "worker's peak MB", "against the first"]
    save("memory", "Memory against the length of the file", "python -m benchmarks.memory", table(header, rows))


def _peak(folder: Path, minutes: float) -> int:
    path = long_recording(folder, minutes)
    with running(folder / f"data-{minutes:g}") as stack:
        service(stack)(path)
        return stack.worker_peak_bytes()


if __name__ == "__main__":
    main()
