"""How often open pages of the library ask for changes."""

from __future__ import annotations

import pytest

from transcripts.web.pace import AT_WORK_SECONDS, Pace


def _asked(pages: int, seconds: float, most_a_second: float) -> tuple[float, float]:
    """So many pages, each asking when it was told to: how many answers a second, and the longest pause, at the end."""
    pace = Pace(most_a_second)
    due = [0.0] * pages
    answers, pauses = 0, [0.0]
    while (now := min(due)) < seconds:
        pause = pace.next(at=now)
        due[due.index(now)] = now + pause
        if now >= seconds / 2:
            answers += 1
            pauses.append(pause)
    return answers / (seconds / 2), max(pauses)


def test_few_pages_ask_at_the_usual_pace() -> None:
    assert _asked(pages=20, seconds=60, most_a_second=20) == (20 / AT_WORK_SECONDS, AT_WORK_SECONDS)


def test_many_pages_ask_no_more_often_together_and_take_turns() -> None:
    rate, longest = _asked(pages=200, seconds=100, most_a_second=20)
    assert rate == pytest.approx(20, rel=0.05)
    assert longest == pytest.approx(200 / 20, rel=0.05)


def test_when_the_many_have_gone_the_usual_pace_is_back() -> None:
    pace = Pace(20)
    for _ in range(400):
        pace.next(at=0.0)
    assert pace.next(at=0.0) > AT_WORK_SECONDS
    assert pace.next(at=30.0) == AT_WORK_SECONDS
