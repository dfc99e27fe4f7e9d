"""`python -m benchmarks.memory`: peak memory of the GPU worker after files of each length, service started anew.

The shortest file is sent alone and several times at once: what a worker needs follows from how many windows wait for
it, not from how long the file is that they are of.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
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
    parser.add_argument("--at-once", type=int, default=8, help="of the first length")
    options = parser.parse_args()
    minutes: list[float] = options.minutes
    sent = [(minutes[0], 1), (minutes[0], options.at_once), *((length, 1) for length in minutes[1:])]
    rows = []
    with tempfile.TemporaryDirectory(prefix="whisperhub-bench-") as folder:
        for length, files in sent:
            rows.append([f"{length:g} min", files, f"{_peak(Path(folder), length, files) / MEGABYTE:.0f}"])
            print(rows[-1], flush=True)
    command = shlex.join(["python", "-m", "benchmarks.memory", *sys.argv[1:]])
    save(
        "memory",
        "Memory against the length of the file",
        command,
        table(["file", "files at once", "worker's peak MB"], rows),
    )


def _peak(folder: Path, minutes: float, files: int) -> int:
    path = long_recording(folder, minutes)
    with running(folder / f"data-{minutes:g}-{files}") as stack:
        with ThreadPoolExecutor(files) as senders:
            list(senders.map(service(stack), [path] * files))
        return stack.worker_peak_bytes()


if __name__ == "__main__":
    main()
