"""Any life whatever: random verbs at random moments with good and dead leases, against a model of ten lines a verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.rows import in_state, said
from transcripts import lifecycle, sweeper
from transcripts.lifecycle import Lease, LeaseLost, OutOfOrder
from transcripts.models import Attempt, Failure, Segment, Status, Transcript

ENDS = (Status.DONE, Status.FAILED, Status.CANCELLED)
RESTS = (timedelta(seconds=10), timedelta(seconds=60), timedelta(seconds=60))
LEASES = st.sampled_from([-1, -1, -1, -2, -3])  # mostly the newest


class Life(RuleBasedStateMachine):
    """One transcript, and beside it what its row ought to say."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.id = in_state(Status.QUEUED).transcript.pk
        self.status = Status.QUEUED
        self.attempts = 0
        self.fruitless = 0
        self.rests_until = self.now
        self.texts: list[str] = []
        self.resume = 0
        self.leases: list[Lease] = []
        self.expires = self.now
        self.revision = 0

    def _holds(self, number: int) -> bool:
        return self.status == Status.RUNNING and number % len(self.leases) == len(self.leases) - 1

    def _try(self, number: int, verb: Any, *args: Any, **options: Any) -> bool:
        """Call a worker's verb with one of the leases; whether it was obeyed, which must be right."""
        lease, holds = self.leases[number % len(self.leases)], self._holds(number)
        try:
            verb(lease, *args, at=self.now, **options)
        except LeaseLost:
            assert not holds
            return False
        assert holds
        return True

    def _again(self) -> Status:
        return Status.FAILED if self.fruitless >= settings.MAX_ATTEMPTS else Status.QUEUED

    @rule(seconds=st.integers(min_value=1, max_value=90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def claim(self) -> None:
        lease = lifecycle.claim(self.id, worker="gpu-1", at=self.now)
        assert (lease is not None) == (self.status == Status.QUEUED and self.now >= self.rests_until)
        if lease is not None:
            self.fruitless += 1
            self.status, self.expires = Status.RUNNING, self.now + timedelta(seconds=settings.LEASE_SECONDS)
            self.attempts += 1
            self.leases.append(lease)

    @precondition(lambda self: self.leases)
    @rule(number=LEASES)
    def heartbeat(self, number: int) -> None:
        if self._try(number, lifecycle.heartbeat):
            self.expires = self.now + timedelta(seconds=settings.LEASE_SECONDS)

    @precondition(lambda self: self.leases)
    @rule(number=LEASES, count=st.integers(0, 2), step=st.sampled_from([-500, -1, 0, 1, 30_000]))
    def store_window(self, number: int, count: int, step: int) -> None:
        end = max(0, self.resume + step)
        texts = [f"{len(self.texts) + index}" for index in range(count)]
        segments = said(*texts, from_ms=self.resume, each_ms=10)
        try:
            stored = self._try(number, lifecycle.store_window, segments, transcribed_ms=end)
        except OutOfOrder:
            assert self._holds(number)
            assert count
            assert end <= self.resume
            return
        if stored:
            self.expires = self.now + timedelta(seconds=settings.LEASE_SECONDS)
            self.texts += texts
            self.fruitless = 0 if end > self.resume else self.fruitless
            self.resume = max(self.resume, end)

    @precondition(lambda self: self.status in (Status.QUEUED, Status.RUNNING))
    @rule(windows=st.integers(1, 3))
    def work_goes_on(self, windows: int) -> None:
        """Most of what happens in real lives, and what random verbs seldom come to."""
        if self.status == Status.QUEUED:
            self.now = max(self.now, self.rests_until)
            self.claim()
        for _ in range(windows):
            self.store_window(-1, 1, 30_000)

    # One rule for four verbs, and but seldom: lives in which nothing is stored have little to tell.
    @precondition(lambda self: self.leases)
    @rule(number=LEASES, how=st.sampled_from(["complete", "fail", "requeue", "release"]))
    def end(self, number: int, how: str) -> None:
        ends: dict[str, Callable[[], bool]] = {
            "complete": lambda: self._try(number, lifecycle.complete, processing_ms=1),
            "fail": lambda: self._try(number, lifecycle.fail, Failure.MEDIA, "Broken.", processing_ms=1),
            "requeue": lambda: self._try(number, lifecycle.requeue, "The GPU was away.", processing_ms=1),
            "release": lambda: self._try(number, lifecycle.release, processing_ms=1),
        }
        if ends[how]():
            self.attempts -= how == "release"
            self.fruitless = max(self.fruitless - (how == "release"), 0)
            if how == "requeue" and self.fruitless:
                self.rests_until = self.now + RESTS[self.fruitless - 1]
            after = {"complete": Status.DONE, "fail": Status.FAILED, "release": Status.QUEUED}
            self.status = after.get(how) or self._again()

    @rule()
    def cancel(self) -> None:
        was_open = self.status in (Status.QUEUED, Status.RUNNING)
        assert lifecycle.cancel(self.id, at=self.now) == was_open
        if was_open:
            self.status = Status.CANCELLED

    @rule()
    def retry(self) -> None:
        could = self.status in (Status.FAILED, Status.CANCELLED)
        assert lifecycle.retry(self.id, at=self.now) == could
        if could:
            self.status, self.attempts, self.fruitless, self.rests_until = Status.QUEUED, 0, 0, self.now

    @rule()
    def sweep(self) -> None:
        sweeper.sweep(at=self.now)
        if self.status == Status.RUNNING and self.expires <= self.now:
            self.status = self._again()

    @invariant()
    def the_row_says_what_happened(self) -> None:
        row, works = Transcript.objects.get(pk=self.id), self.status == Status.RUNNING
        assert (row.status, row.attempts, row.transcribed_ms) == (self.status, self.attempts, self.resume)
        assert row.fruitless_attempts == self.fruitless
        assert (row.finished_at is not None) == (self.status in ENDS)
        assert bool(row.failure) == (self.status == Status.FAILED)
        assert row.lease_token == (self.leases[-1].token if works else None)
        assert row.lease_expires_at == (self.expires if works else None)
        assert row.segment_count == len(self.texts)
        assert row.revision >= self.revision
        self.revision = row.revision

    @invariant()
    def segments_are_without_gap_and_none_is_there_twice(self) -> None:
        stored = Segment.objects.filter(transcript=self.id).order_by("index").values_list("index", "text")
        assert list(stored) == [(index, f" {text}") for index, text in enumerate(self.texts)]

    @invariant()
    def every_claim_is_in_the_log_and_at_most_one_is_open(self) -> None:
        log = Attempt.objects.filter(transcript=self.id).order_by("id").values_list("token", "ended_at")
        assert [token for token, _ in log] == [lease.token for lease in self.leases]
        open_tokens = [token for token, ended_at in log if ended_at is None]
        assert open_tokens == ([self.leases[-1].token] if self.status == Status.RUNNING else [])


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_row_tells_the_truth() -> None:
    chosen = hypothesis_settings(
        max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Life, settings=chosen)
