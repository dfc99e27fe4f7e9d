"""Equal shares: for owners first, then for the jobs of one owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.ledger import Entry, Ledger, Window
from transcripts.engine.turns import Call
from transcripts.engine.turns.shares import Shares
from transcripts.engine.types import Priority

MOST = 4
ONE_BATCH = MOST * 30.0

Jobs = list[tuple[float, str]]
jobs = st.lists(st.tuples(st.sampled_from([5.0, 12.0, 30.0]), st.sampled_from(["x", "y"])), min_size=1, max_size=4)


def backlog(ledger: Ledger, owner: str, wanted: Jobs, count: int = 150, priority: Priority = "bulk") -> None:
    """Jobs with more work than the test will serve: of each the seconds of its windows, and their key."""
    for seconds, key in wanted:
        ledger.put(ledger.join(owner, priority), seconds, count, key=key)


def serve(ledger: Ledger, windows: int) -> list[Call[Window]]:
    """Calls until so many windows were decoded."""
    first = len(ledger.calls)
    while sum(len(call.turns) for call in ledger.calls[first:] if call.step != "encode") < windows:
        assert ledger.step(), "the test has too little work"
    return ledger.calls[first:]


def seconds(calls: list[Call[Window]], by: Callable[[Entry], str]) -> Counter[str]:
    """Audio decoded, by owner or by job."""
    served: Counter[str] = Counter()
    for call in calls:
        for turn in call.turns if call.step != "encode" else ():
            served[by(turn.work.entry)] += turn.work.seconds  # type: ignore[assignment]
    return served


def by_owner(entry: Entry) -> str:
    return entry.job.owner


def by_job(entry: Entry) -> str:
    return entry.job.id


@settings(max_examples=40, deadline=None)
@given(a=jobs, b=jobs, c=jobs, most=st.integers(1, MOST))
def test_owners_with_work_without_end_share_equally_however_many_jobs_they_have(
    a: Jobs, b: Jobs, c: Jobs, most: int
) -> None:
    ledger = Ledger(most=most)
    for owner, wanted in zip("abc", (a, b, c), strict=True):
        backlog(ledger, owner, wanted)
    served = seconds(serve(ledger, 120), by_owner)
    # One batch may go to one owner alone, where the keys of the others do not suit; another may be the next in queue's.
    assert max(served.values()) - min(served[owner] for owner in "abc") <= 2 * ONE_BATCH


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.sampled_from([5.0, 12.0, 30.0]), min_size=2, max_size=4),
    rival=jobs,
    most=st.integers(1, MOST),
)
def test_the_jobs_of_one_owner_share_equally_what_is_the_owners(lengths: list[float], rival: Jobs, most: int) -> None:
    ledger = Ledger(most=most)
    backlog(ledger, "rival", rival)
    backlog(ledger, "owner", [(length, "x") for length in lengths])
    calls = serve(ledger, 120)
    served = seconds(calls, by_job)
    mine = [served[entry.job.id] for entry in ledger.entries if entry.job.owner == "owner"]
    assert max(mine) - min(mine) <= 2 * 30.0  # a window by rank, and one as the next in queue
    assert abs(sum(mine) - seconds(calls, by_owner)["rival"]) <= 2 * ONE_BATCH


@pytest.mark.parametrize("priority", ["bulk", "interactive"])
def test_who_comes_late_gets_an_equal_share_from_then_on_and_nothing_for_the_past(priority: Priority) -> None:
    ledger = Ledger(most=MOST)
    backlog(ledger, "early", [(5.0, "x")], count=400, priority=priority)
    serve(ledger, 60)
    backlog(ledger, "late", [(5.0, "x")], count=400, priority=priority)
    served = seconds(serve(ledger, 40), by_owner)
    assert served == {"early": 100, "late": 100}


def test_a_job_that_comes_late_gets_an_equal_share_of_its_owners_from_then_on() -> None:
    ledger = Ledger(most=MOST)
    backlog(ledger, "owner", [(30.0, "x")], count=400)
    serve(ledger, 60)
    backlog(ledger, "owner", [(30.0, "x")], count=400)
    served = seconds(serve(ledger, 40), by_job)
    assert served == {"0": 600, "1": 600}


def test_an_owner_that_was_idle_has_saved_up_nothing() -> None:
    ledger = Ledger(most=MOST)
    ledger.put(ledger.join("sometimes", "bulk"), 30.0, 4)
    backlog(ledger, "always", [(30.0, "x")], count=400)
    serve(ledger, 100)
    backlog(ledger, "sometimes", [(30.0, "x")], count=400)
    served = seconds(serve(ledger, 40), by_owner)
    assert served == {"always": 600, "sometimes": 600}


def test_an_owner_with_one_window_at_a_time_gets_no_more_than_one_with_many() -> None:
    """It comes anew each time, but its account is not forgotten while others wait."""
    ledger = Ledger(most=1)
    backlog(ledger, "many", [(5.0, "x")], count=200)
    backlog(ledger, "more", [(5.0, "x")], count=200)
    trickle = ledger.join("trickle", "bulk")
    calls = []
    for _ in range(80):
        if not trickle.left:
            ledger.put(trickle, key="x")
        calls += serve(ledger, 1)
    served = seconds(calls, by_owner)
    assert max(served.values()) - min(served.values()) <= 60


def test_a_short_window_counts_as_five_seconds() -> None:
    ledger = Ledger(most=1)
    backlog(ledger, "crumbs", [(0.1, "x")], count=200)
    backlog(ledger, "loaves", [(30.0, "x")], count=200)
    windows = Counter(call.turns[0].work.entry.job.owner for call in serve(ledger, 140) if call.step == "decode")
    assert abs(windows["crumbs"] - 120) <= 6


def test_nobody_is_locked_out_for_long_for_places_that_nobody_else_could_use() -> None:
    shares: Shares[str] = Shares()
    for who in ("ahead", "behind"):
        shares.enter(who)
    shares.charge("ahead", 100_000)
    shares.charge("behind", 3590)
    assert shares.rank("behind") < shares.rank("ahead")
    shares.charge("behind", 20)
    assert shares.rank("ahead") < shares.rank("behind")
