"""The pictures of benchmarks say what their tables say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import occupancy
from benchmarks.plots import PLOTS, RESULTS, Plot, draw, plot_of

REPORTS = sorted(report for report in RESULTS.glob("*.md") if plot_of(report.stem))


def test_a_bar_is_as_long_as_its_row_says_and_named_after_it(tmp_path: Path) -> None:
    report = tmp_path / "speed.md"
    report.write_text(
        "# Speed\n\n| way | at | speed |\n|---|---|---|\n| ours | 4 | +1,250.5 s |\n| theirs | 8 | none |\n"
    )
    drawn = draw(report, Plot("metres a second", ["speed"], named_by=2, goals={"goal": 1000})).read_text()
    words = re.findall(r">([^<>]+)</text>", drawn)
    assert {"Speed", "way, at", "metres a second", "ours, 4", "theirs, 8", "1250.5", "0", "goal"} <= set(words)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.stem)
def test_the_picture_beside_a_table_is_of_that_table(report: Path, tmp_path: Path) -> None:
    plot = plot_of(report.stem)
    assert plot is not None
    copy = tmp_path / report.name
    copy.write_text(report.read_text(encoding="utf-8"), encoding="utf-8")
    assert draw(copy, plot).read_bytes() == report.with_suffix(".svg").read_bytes()
    assert f"({report.stem}.svg)" in report.read_text(encoding="utf-8")


def test_a_table_that_only_a_card_fills_has_the_columns_that_are_drawn() -> None:
    assert set(PLOTS["occupancy"].bars) <= set(occupancy.HEADER)
