"""What holds for the policy whatever comes: random jobs, owners, priorities, keys, cancels, failures, fallbacks."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.engine.ledger import Entry, Ledger
from transcripts.engine.types import Priority

WINDOWS = st.fixed_dictionaries(
    {
        "count": st.integers(1, 12),
        "seconds": st.sampled_from([30.0, 29.9, 10.0, 0.4, 0.0]),
        "key": st.sampled_from(["decode", "prompted"]),
        "rounds": st.sampled_from([1, 1, 2, 3]),
        "bad": st.sampled_from([False] * 9 + [True]),
        "is_encoded": st.sampled_from([False] * 4 + [True]),
        "goes_on": st.booleans(),
    }
)


class AnyDay(RuleBasedStateMachine):
    """The ledger holds every call against the rules; here is what may happen, in any order."""

    @initialize(
        most=st.integers(1, 6), memory=st.integers(1, 8), speed=st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.4, 3.0])
    )
    def open(self, most: int, memory: int, speed: float) -> None:
        # Decoding is much faster than encoding, so that there are batches of several pieces.
        self.ledger = Ledger(most, memory, lambda step, n: (speed if step == "encode" else speed / 10) * (1 + n))

    @rule(
        owner=st.sampled_from("abc"),
        priority=st.sampled_from(["bulk", "normal", "interactive"]),
        windows=st.lists(WINDOWS, max_size=2),
    )
    def arrive(self, owner: str, priority: Priority, windows: list[dict[str, Any]]) -> None:
        entry = self.ledger.join(owner, priority)
        for some in windows:
            self.ledger.put(entry, **some)

    @precondition(lambda self: self.ledger.entries)
    @rule(data=st.data(), windows=WINDOWS)
    def go_on(self, data: st.DataObject, windows: dict[str, Any]) -> None:
        self.ledger.put(self._any(data), **windows)

    @precondition(lambda self: len(self.ledger.entries) > 2)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        self.ledger.cancel(self._any(data))

    @rule(calls=st.integers(1, 7))
    def serve(self, calls: int) -> None:
        for _ in range(calls):
            self.ledger.step()

    @invariant()
    def it_says_whether_there_is_work_and_how_much(self) -> None:
        left = [window for entry in self.ledger.entries for window in entry.left]
        assert bool(self.ledger.turns) == bool(left)
        assert abs(sum(self.ledger.turns.waiting().values()) - sum(window.seconds for window in left)) < 1e-6

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.run()
            windows = [window for entry in self.ledger.entries for window in entry.windows]
            assert all(window.done == 1 for window in windows)

    def _any(self, data: st.DataObject) -> Entry:
        return data.draw(st.sampled_from(self.ledger.entries))


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
