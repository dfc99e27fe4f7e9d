"""What becomes of transcripts is counted once, in the transaction in which it becomes so."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.rows import after_the_lease, claimed, in_state, recording, said
from tests.together import together
from transcripts import lifecycle, removal, sweeper, tallies
from transcripts.lifecycle import LeaseLost
from transcripts.models import Failure, Status, Tally, Transcript

Outcome = Tally.Outcome


def _counted() -> list[dict[str, Any]]:
    fields = ("outcome", "reason", "length", "within", "count", "audio_ms", "processing_ms", "turnaround_ms")
    rows = Tally.objects.order_by("outcome", "reason", "length", "within").values(*fields)
    return [{name: value for name, value in row.items() if value} for row in rows]


def _done(after: float, heard_ms: int = 10_000, processing_ms: int = 1200, **options: Any) -> None:
    """A transcript that is done `after` seconds."""
    held = in_state(Status.RUNNING, of=recording(duration_ms=heard_ms), **options)
    lifecycle.store_window(held.lease, said("word"), transcribed_ms=heard_ms)
    asked = Transcript.objects.get(pk=held.transcript.pk).created_at
    lifecycle.complete(held.lease, processing_ms=processing_ms, at=asked + timedelta(seconds=after))


@pytest.mark.django_db
def test_what_is_done_is_counted_with_its_audio_and_its_time_by_length() -> None:
    _done(after=1.5)
    _done(after=2.0, processing_ms=300)
    _done(after=700, heard_ms=3_600_001)
    assert _counted() == [
        {
            "outcome": "done",
            "length": "10s",
            "within": "2",
            "count": 2,
            "audio_ms": 20_000,
            "processing_ms": 1500,
            "turnaround_ms": 3500,
        },
        {
            "outcome": "done",
            "length": "longer",
            "within": "1800",
            "count": 1,
            "audio_ms": 3_600_001,
            "processing_ms": 1200,
            "turnaround_ms": 700_000,
        },
    ]


@pytest.mark.django_db
def test_of_a_clip_only_what_was_heard_counts() -> None:
    _done(after=1, heard_ms=30_000, options={"clip_start": 12.5})
    (row,) = _counted()
    assert (row["audio_ms"], row["length"]) == (17_500, "1m")


@pytest.mark.django_db
@pytest.mark.parametrize("failure", list(Failure))
def test_a_failure_is_counted_by_its_reason(failure: Failure) -> None:
    held = in_state(Status.RUNNING)
    lifecycle.fail(held.lease, failure, "No.", processing_ms=70)
    assert _counted() == [
        {"outcome": "failed", "reason": failure.value, "length": "10s", "count": 1, "processing_ms": 70}
    ]


@pytest.mark.django_db
def test_a_cancelled_transcript_is_counted_once_however_often_it_is_cancelled() -> None:
    held = in_state(Status.QUEUED, of=recording(duration_ms=None))
    for _ in range(3):
        lifecycle.cancel(held.transcript.pk)
    assert _counted() == [{"outcome": "cancelled", "length": "unknown", "count": 1}]


@pytest.mark.django_db
def test_attempts_that_ended_too_early_are_counted_by_why(settings: Settings) -> None:
    settings.MAX_ATTEMPTS = 3
    transcript = in_state(Status.QUEUED).transcript
    lifecycle.release(claimed(transcript), processing_ms=10)
    lifecycle.requeue(claimed(transcript), "The GPU was away.", processing_ms=20)
    claimed(transcript)
    sweeper.sweep(at=after_the_lease() + timedelta(minutes=5))  # it had rested before
    lifecycle.requeue(claimed(transcript), "The GPU was away.", processing_ms=30)
    assert _counted() == [
        {"outcome": "broke_off", "count": 1, "processing_ms": 20},
        {"outcome": "failed", "reason": "internal", "length": "10s", "count": 1, "processing_ms": 30},
        {"outcome": "lost", "count": 1},
        {"outcome": "released", "count": 1, "processing_ms": 10},
    ]


@pytest.mark.django_db
def test_a_last_attempt_that_is_lost_counts_as_lost_and_as_failed(settings: Settings) -> None:
    settings.MAX_ATTEMPTS = 1
    in_state(Status.RUNNING)
    for _ in range(2):
        sweeper.sweep(at=after_the_lease())
    assert [(row["outcome"], row["count"]) for row in _counted()] == [("failed", 1), ("lost", 1)]


@pytest.mark.django_db
def test_who_no_longer_holds_the_lease_counts_nothing() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.cancel(held.transcript.pk)
    with pytest.raises(LeaseLost):
        lifecycle.complete(held.lease, processing_ms=1)
    assert [row["outcome"] for row in _counted()] == ["cancelled"]


@pytest.mark.django_db
def test_a_question_for_the_language_is_no_transcript() -> None:
    in_state(Status.DONE, options={"language_only": True})
    assert _counted() == []


@pytest.mark.django_db
def test_deleting_a_recording_takes_nothing_back() -> None:
    sent = recording()
    in_state(Status.DONE, of=sent)
    before = _counted()
    removal.erase(sent)
    assert not Transcript.objects.exists()
    assert _counted() == before


@pytest.mark.django_db(transaction=True)
def test_of_many_that_end_at_once_none_is_missed() -> None:
    leases = [in_state(Status.RUNNING).lease for _ in range(8)]
    asked = Transcript.objects.latest("created_at").created_at
    together(*[partial(lifecycle.complete, lease, processing_ms=1, at=asked) for lease in leases])
    (row,) = _counted()
    assert (row["count"], row["processing_ms"]) == (8, 8)


def test_every_length_and_every_time_has_its_class() -> None:
    assert [tallies.length_of(ms) for ms in (None, 0, 10_000, 10_001, 60_000, 600_000, 3_600_000, 3_600_001)] == [
        *("unknown", "10s", "10s", "1m", "1m", "10m", "1h", "longer")
    ]
    times = (0, 1, 1.001, 5, 120, 10_800, 10_801)
    assert [tallies.within(timedelta(seconds=seconds)) for seconds in times] == [
        *("1", "1", "2", "5", "120", "10800", "+Inf")
    ]


@pytest.mark.django_db
def test_a_clock_that_went_back_makes_nothing_done_before_it_was_asked_for() -> None:
    held = in_state(Status.RUNNING)
    long_ago: datetime = timezone.now() - timedelta(days=1)
    lifecycle.complete(held.lease, processing_ms=1, at=long_ago)
    (row,) = _counted()
    assert (row["within"], row.get("turnaround_ms", 0)) == ("1", 0)
