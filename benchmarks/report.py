"""Tables: printed, and kept as Markdown, with a picture and what is needed to read them."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime

import ctranslate2
import faster_whisper

from benchmarks.plots import RESULTS, draw, plot_of


def machine() -> str:
    """One line about where it ran."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores {platform.machine()}, "
        f"Python {platform.python_version()}, faster-whisper {faster_whisper.__version__}, "
        f"CTranslate2 {ctranslate2.__version__}"
    )


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def save(name: str, title: str, command: str, *parts: str) -> None:
    """Print the report and write it to `results/NAME.md`; its main table is drawn in `results/NAME.svg`."""
    plot = plot_of(name)
    picture = [f"![{plot.unit}]({name}.svg)"] if plot else []
    text = "\n\n".join([f"# {title}", f"`{command}` · {machine()}", *picture, *parts]) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    report = RESULTS / f"{name}.md"
    report.write_text(text, encoding="utf-8")
    if plot:
        draw(report, plot)
