"""Leases: whoever lost one writes nothing any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.rows import after_the_lease, claimed, in_state, said
from transcripts import lifecycle, sweeper
from transcripts.lifecycle import Lease, LeaseLost
from transcripts.models import Attempt, Failure, Segment, Status, Transcript

pytestmark = pytest.mark.django_db

WRITES: dict[str, Callable[[Lease], None]] = {
    "heartbeat": lifecycle.heartbeat,
    "note_model": lambda lease: lifecycle.note_model(lease, model="zombie"),
    "store_window": lambda lease: lifecycle.store_window(lease, said("zombie"), transcribed_ms=9000),
    "complete": lambda lease: lifecycle.complete(lease, processing_ms=99),
    "fail": lambda lease: lifecycle.fail(lease, Failure.MEDIA, "zombie", processing_ms=99),
    "requeue": lambda lease: lifecycle.requeue(lease, "zombie", processing_ms=99),
    "release": lambda lease: lifecycle.release(lease, processing_ms=99),
}


def _cancelled(lease: Lease) -> None:
    assert lifecycle.cancel(lease.transcript_id)


def _swept(lease: Lease) -> None:
    sweeper.sweep(at=after_the_lease())


def _stolen(lease: Lease) -> None:
    _swept(lease)
    assert lifecycle.claim(lease.transcript_id, worker="successor")


@pytest.mark.parametrize("lose", [_cancelled, _swept, _stolen])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_worker_that_lost_its_lease_is_told_so_and_writes_nothing(
    write: Callable[[Lease], None], lose: Callable[[Lease], None]
) -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("kept"), transcribed_ms=1000)
    lose(held.lease)
    before = Transcript.objects.values().get(), list(Attempt.objects.values())
    with pytest.raises(LeaseLost):
        write(held.lease)
    assert (Transcript.objects.values().get(), list(Attempt.objects.values())) == before
    assert list(Segment.objects.values_list("text", flat=True)) == [" kept"]


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_worker_whose_transcript_was_deleted_is_told_so_and_writes_nothing(write: Callable[[Lease], None]) -> None:
    held = in_state(Status.RUNNING)
    held.transcript.recording.delete()
    with pytest.raises(LeaseLost):
        write(held.lease)
    assert not Segment.objects.exists()
    assert not Transcript.objects.exists()


def test_a_heartbeat_moves_the_end_of_the_lease(settings: Settings) -> None:
    settings.LEASE_SECONDS = 60
    held = in_state(Status.RUNNING)
    later = timezone.now() + timedelta(minutes=10)
    lifecycle.heartbeat(held.lease, at=later)
    assert Transcript.objects.get().lease_expires_at == later + timedelta(seconds=60)


def test_a_heartbeat_is_no_news_to_readers() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.heartbeat(held.lease)
    assert Transcript.objects.get().revision == held.transcript.revision


def test_a_lease_that_ran_out_unnoticed_is_good_again_after_a_heartbeat() -> None:
    held = in_state(Status.RUNNING)
    late = after_the_lease()
    lifecycle.heartbeat(held.lease, at=late)
    sweeper.sweep(at=late)
    assert Transcript.objects.get().status == Status.RUNNING


def test_the_model_that_works_is_written_down() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.note_model(held.lease, model="large-v3", model_revision="abc", device="cpu", compute_type="int8")
    row = Transcript.objects.get()
    assert (row.model, row.model_revision, row.device, row.compute_type) == ("large-v3", "abc", "cpu", "int8")


def test_the_attempt_log_tells_how_every_attempt_ended() -> None:
    transcript = in_state(Status.QUEUED).transcript
    lifecycle.release(claimed(transcript, "a"), processing_ms=1)
    lifecycle.requeue(claimed(transcript, "b"), "The GPU was away.", processing_ms=1)
    claimed(transcript, "c")
    sweeper.sweep(at=after_the_lease() + lifecycle.RESTS[0])
    claimed(transcript, "d")
    lifecycle.cancel(transcript.pk)
    lifecycle.retry(transcript.pk)
    lifecycle.fail(claimed(transcript, "e"), Failure.MEDIA, "Broken.", processing_ms=1)
    lifecycle.retry(transcript.pk)
    lifecycle.complete(claimed(transcript, "f"), processing_ms=1)
    silent = "The worker stopped answering while it worked on this recording."
    assert [(a.worker, a.outcome, a.error) for a in Attempt.objects.order_by("id")] == [
        ("a", "released", ""),
        ("b", "failed", "The GPU was away."),
        ("c", "lost", silent),
        ("d", "cancelled", ""),
        ("e", "failed", "Broken."),
        ("f", "done", ""),
    ]
    assert not Attempt.objects.filter(ended_at=None).exists()
