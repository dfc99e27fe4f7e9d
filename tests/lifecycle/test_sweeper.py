"""The sweeper: what crashes and lost messages leave behind is put right, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.lifecycle.conftest import Rung
from tests.rows import after_the_lease, claimed, in_state, recording, said
from tests.together import together
from transcripts import lifecycle, sweeper
from transcripts.models import Attempt, Failure, Status, Transcript
from transcripts.sweeper import RING_AGAIN_AFTER, RING_AGAIN_MOST

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SILENT = "The worker stopped answering while it worked on this recording."


def _waiting(count: int, rung_at: datetime) -> list[str]:
    """Ids of `count` waiting transcripts, the oldest first."""
    ids = [in_state(Status.QUEUED, of=recording()).transcript.pk for _ in range(count)]
    for number, transcript_id in enumerate(ids):
        Transcript.objects.filter(pk=transcript_id).update(
            created_at=NOON - timedelta(hours=2) + timedelta(seconds=number), rung_at=rung_at
        )
    return [str(transcript_id) for transcript_id in ids]


@pytest.mark.django_db
def test_a_transcript_whose_worker_went_silent_waits_again_and_says_why() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("kept"), transcribed_ms=1000)
    at = after_the_lease()
    sweeper.sweep(at=at)
    row = Transcript.objects.get()
    assert (row.status, row.error, row.attempts, row.rung_at) == (Status.QUEUED, SILENT, 1, at)
    assert (row.lease_token, row.lease_expires_at, row.worker) == (None, None, "")
    assert (row.transcribed_ms, row.text) == (1000, "kept")
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.ended_at, attempt.error) == (Attempt.Outcome.LOST, at, SILENT)


@pytest.mark.django_db
def test_a_lease_is_good_until_its_last_moment() -> None:
    in_state(Status.RUNNING)
    end = Transcript.objects.get().lease_expires_at
    assert end is not None
    sweeper.sweep(at=end - timedelta(microseconds=1))
    assert Transcript.objects.get().status == Status.RUNNING
    sweeper.sweep(at=end)
    assert Transcript.objects.get().status == Status.QUEUED


@pytest.mark.django_db
def test_a_lease_that_is_renewed_or_passed_on_while_the_sweeper_looks_is_left_alone() -> None:
    renewed, passed_on = in_state(Status.RUNNING), in_state(Status.RUNNING)
    late = after_the_lease()
    lifecycle.heartbeat(renewed.lease, at=late)
    lifecycle.release(passed_on.lease, processing_ms=0)
    lifecycle.claim(passed_on.transcript.pk, worker="gpu-2", at=NOON - timedelta(days=3650))  # already run out itself
    before = list(Transcript.objects.order_by("pk").values())
    for held in (renewed, passed_on):
        lifecycle.expire(held.lease, late)
    assert list(Transcript.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_after_the_last_attempt_it_has_failed_with_the_reason_in_words(settings: Settings) -> None:
    settings.MAX_ATTEMPTS = 2
    held = in_state(Status.RUNNING)
    sweeper.sweep(at=after_the_lease())
    claimed(held.transcript)
    at = after_the_lease()
    sweeper.sweep(at=at)
    row = Transcript.objects.get()
    assert (row.status, row.failure, row.finished_at) == (Status.FAILED, Failure.INTERNAL, at)
    assert row.error == f"{SILENT} It was tried 2 times."
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["lost", "lost"]


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 1, 3])
def test_what_is_lost_repeatedly_is_tried_one_by_one_so_that_only_the_poisonous_one_fails(
    place: int, settings: Settings
) -> None:
    transcripts = [in_state(Status.QUEUED).transcript for _ in range(4)]
    poison, at = transcripts[place], timezone.now()
    for _ in range(120):  # ten minutes, a look every five seconds
        leases = [lifecycle.claim(row.pk, worker="gpu-1", at=at) for row in transcripts]
        held = {lease.transcript_id: lease for lease in leases if lease is not None}
        if poison.pk not in held:
            for lease in held.values():
                lifecycle.complete(lease, processing_ms=1, at=at)
        at += timedelta(seconds=settings.LEASE_SECONDS if poison.pk in held else 5)  # with it all that runs is lost
        sweeper.sweep(at=at)
    ends = {row.pk: row.status for row in Transcript.objects.all()}
    assert ends == {row.pk: Status.FAILED if row == poison else Status.DONE for row in transcripts}


@pytest.mark.django_db
def test_an_attempt_that_broke_off_counts_towards_the_last_one_too(settings: Settings) -> None:
    settings.MAX_ATTEMPTS = 2
    held = in_state(Status.RUNNING)
    lifecycle.requeue(held.lease, "The GPU was away.", processing_ms=10)
    assert Transcript.objects.get().error == "The GPU was away."
    lifecycle.requeue(claimed(held.transcript), "The GPU was away.", processing_ms=10)
    row = Transcript.objects.get()
    assert (row.status, row.failure, row.processing_ms) == (Status.FAILED, Failure.INTERNAL, 20)
    assert row.error == "The GPU was away. It was tried 2 times."


@pytest.mark.django_db
def test_a_worker_that_gives_back_does_not_use_up_an_attempt(settings: Settings) -> None:
    settings.MAX_ATTEMPTS = 2
    held = in_state(Status.QUEUED)
    for _ in range(5):
        lifecycle.release(claimed(held.transcript), processing_ms=10)
    row = Transcript.objects.get()
    assert (row.status, row.attempts, row.error, row.processing_ms) == (Status.QUEUED, 0, "", 50)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [Status.FAILED, Status.CANCELLED])
def test_a_retry_begins_with_all_attempts_and_keeps_what_is_stored(end: Status) -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("kept"), transcribed_ms=1000, language="en", language_probability=1.0)
    if end == Status.FAILED:
        lifecycle.fail(held.lease, Failure.MEDIA, "Broken.", processing_ms=70)
    else:
        lifecycle.cancel(held.transcript.pk)
    assert lifecycle.retry(held.transcript.pk, at=NOON)
    row = Transcript.objects.get()
    assert (row.status, row.attempts, row.error, row.failure, row.rung_at) == (Status.QUEUED, 0, "", "", NOON)
    assert (row.transcribed_ms, row.segment_count, row.text, row.language) == (1000, 1, "kept", "en")


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_put_a_lost_transcript_back_once(rung: Rung) -> None:
    held = in_state(Status.RUNNING)
    rung()
    at = after_the_lease()
    together(*[partial(sweeper.sweep, at=at)] * 4)
    row = Transcript.objects.get()
    assert (row.status, row.revision) == (Status.QUEUED, held.transcript.revision + 1)
    assert Attempt.objects.get().outcome == Attempt.Outcome.LOST
    assert rung() == [str(held.transcript.pk)]


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_ring_once_for_a_forgotten_transcript(rung: Rung) -> None:
    ids = _waiting(5, rung_at=NOON - RING_AGAIN_AFTER)
    rung()
    together(*[partial(sweeper.sweep, at=NOON)] * 4)
    assert sorted(rung()) == sorted(ids)


@pytest.mark.django_db(transaction=True)
def test_a_transcript_that_nobody_came_for_is_rung_for_again(rung: Rung) -> None:
    (transcript_id,) = _waiting(1, rung_at=NOON)
    rung()
    sweeper.sweep(at=NOON + RING_AGAIN_AFTER - timedelta(microseconds=1))
    assert rung() == []
    sweeper.sweep(at=NOON + RING_AGAIN_AFTER)
    assert rung() == [transcript_id]
    assert Transcript.objects.get().rung_at == NOON + RING_AGAIN_AFTER
    sweeper.sweep(at=NOON + RING_AGAIN_AFTER + timedelta(seconds=5))
    assert rung() == []


@pytest.mark.django_db(transaction=True)
def test_of_a_long_queue_only_the_oldest_are_rung_for_again_however_often_it_is_swept(rung: Rung) -> None:
    ids = _waiting(RING_AGAIN_MOST + 3, rung_at=NOON - RING_AGAIN_AFTER)
    rung()
    for seconds in (0, 5, 10):
        sweeper.sweep(at=NOON + timedelta(seconds=seconds))
    assert sorted(rung()) == sorted(ids[:RING_AGAIN_MOST])


@pytest.mark.django_db(transaction=True)
def test_nobody_rings_for_a_transcript_that_does_not_wait(rung: Rung) -> None:
    for status in set(Status) - {Status.QUEUED}:
        in_state(status)
    Transcript.objects.update(rung_at=NOON - timedelta(days=1))
    rung()
    sweeper.sweep()
    assert rung() == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_starts_is_rung_for_what_waits_already_and_for_nothing_else(rung: Rung) -> None:
    waiting = _waiting(2, rung_at=NOON)
    in_state(Status.RUNNING)
    in_state(Status.DONE)
    rung()
    sweeper.ring_for_the_waiting()
    assert sorted(rung()) == sorted(waiting)
