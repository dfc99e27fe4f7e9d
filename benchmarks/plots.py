"""`python -m benchmarks.plots`: the saved tables as pictures, each beside its table.

A picture is drawn from the table as it is kept, so both say the same, and old figures need no new run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

RESULTS = Path(__file__).parent / "results"
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Plot:
    """Bars, a group for each row of a table: `bars` are the columns that are drawn, `unit` is what they count.

    `named_by`: so many columns at the left name a row. `goals`: lines to stay left of, or to reach, by their words.
    """

    unit: str
    bars: Sequence[str]
    table: int = 0
    named_by: int = 1
    goals: Mapping[str, float] = field(default_factory=dict)
    logarithmic: bool = False


PLOTS = {
    "agreement": Plot("tokens in agreement, %", ["agreement"]),
    "apart": Plot("ms", ["here, ms", "apart, ms"], logarithmic=True),
    "concurrency": Plot(
        "seconds of audio a second",
        [
            "ours, audio s/s",
            "a: one at a time, audio s/s",
            "b: threads, audio s/s",
            "c: pipelines, audio s/s",
        ],
    ),
    "latency": Plot("times the idle p50", ["p50 ÷ idle p50", "p95 ÷ idle p50"], goals={"p50": 1.5, "p95": 3}),
    "library": Plot("ms", ["sqlite page ms", "postgresql page ms"], logarithmic=True),
    "load": Plot("ms", ["p50 ms", "p95 ms", "p99 ms"], logarithmic=True),
    "memory": Plot("MB at most in the worker", ["worker's peak MB"], named_by=2),
    "occupancy": Plot("windows a call", ["windows a call: encode", "decode"]),
    "quality": Plot("word error rate of ten long recordings, %", ["WER %"], table=1),
    "search": Plot("ms", ["sqlite p95 ms", "postgresql p95 ms"], goals={"SQLite": 200, "PostgreSQL": 100}),
    "service": Plot("seconds for one long file", ["median seconds"]),
    "simulation": Plot("times the idle p50", ["clip p50 ÷ idle", "p95"], named_by=2, logarithmic=True),
    "soak": Plot("end ÷ first", ["end ÷ first"], table=1, goals={"goal": 1.05}),
}


def plot_of(name: str) -> Plot | None:
    """How the result `name` is drawn: a variant, such as `concurrency-tiny`, as what it is a variant of."""
    return PLOTS.get(name.partition("-")[0])


def draw(report: Path, plot: Plot) -> Path:
    """Draw a table of `report` (Markdown) into an SVG beside it. Raises ValueError if it lacks a column of `plot`."""
    text = report.read_text(encoding="utf-8")
    header, *rows = _tables(text)[plot.table]
    named = [", ".join(row[: plot.named_by]) for row in rows]
    columns = {bar: [_number(row[header.index(bar)]) for row in rows] for bar in plot.bars}
    # Words stay words, and the same table gives the same file: no random ids, no date.
    with rc_context({"svg.hashsalt": "whisperhub", "svg.fonttype": "none", "font.size": 9}):
        figure = _bars(plot, named, columns)
        figure.axes[0].set(title=text.partition("\n")[0].removeprefix("# "), ylabel=", ".join(header[: plot.named_by]))
        picture = report.with_suffix(".svg")
        figure.savefig(picture, metadata={"Date": None})
    return picture


def _bars(plot: Plot, named: Sequence[str], columns: Mapping[str, Sequence[float]]) -> Figure:
    thick = 0.8 / len(columns)
    figure = Figure(figsize=(8, 1.4 + 0.22 * len(named) * (1 + len(columns)) / 1.5), layout="constrained")
    axes = figure.add_subplot(xlabel=plot.unit, xscale="log" if plot.logarithmic else "linear")
    axes.xaxis.set_major_formatter(ScalarFormatter())
    for place, (name, values) in enumerate(columns.items()):
        at = [row + thick * (place + 0.5) - 0.4 for row in range(len(named))]
        axes.bar_label(axes.barh(at, values, thick, label=name), fmt="%g", padding=2, fontsize=7)
    for number, (name, value) in enumerate(plot.goals.items()):
        label = name if name == "goal" else f"goal, {name}"
        axes.axvline(value, linestyle="--", color=f"C{number if len(plot.goals) > 1 else 7}", label=label)
    axes.set_yticks(range(len(named)), named)
    axes.invert_yaxis()  # as the table reads
    axes.margins(x=0.1)
    if len(columns) > 1 or plot.goals:
        axes.legend(fontsize=8)
    return figure


def _tables(text: str) -> list[list[list[str]]]:
    """Every Markdown table: rows of cells, the header first."""
    found = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    cells = [[[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()] for table in found]
    return [[header, *rows] for header, _rule, *rows in cells]


def _number(cell: str) -> float:
    found = _NUMBER.search(cell)
    return float(found[0].replace(",", "")) if found else 0.0


def main() -> None:
    """Draw all that are kept."""
    for report in sorted(RESULTS.glob("*.md")):
        plot = plot_of(report.stem)
        if plot is not None:
            print(draw(report, plot))


if __name__ == "__main__":
    main()
