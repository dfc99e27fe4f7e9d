"""Where the recipe keeps what it makes on the way: utterances and checkpoints."""

from __future__ import annotations

import argparse
from pathlib import Path

WORK = Path(__file__).resolve().parents[2] / "var" / "demo-model"
UTTERANCES = "utterances.pickle"


def checkpoint(work: Path, phase: int) -> Path:
    """The state at the end of a training phase."""
    return work / f"phase{phase}.pt"


def add_work_option(parser: argparse.ArgumentParser) -> None:
    """Let a command keep its files elsewhere."""
    parser.add_argument("--work", type=Path, default=WORK, help="directory for intermediate files")
