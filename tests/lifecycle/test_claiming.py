"""Claiming: many hands at one row, one of them gets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pytest_django import Settings

from tests.rows import claimed, in_state
from tests.together import together
from transcripts import lifecycle
from transcripts.models import Attempt, Status, Transcript

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_that_claim_at_once_exactly_one_gets_the_transcript() -> None:
    transcript = in_state(Status.QUEUED).transcript
    calls = [partial(lifecycle.claim, transcript.pk, worker=f"gpu-{number}") for number in range(8)]
    leases = together(*calls)
    winners = [number for number, lease in enumerate(leases) if lease is not None]
    assert len(winners) == 1
    row, lease = Transcript.objects.get(), leases[winners[0]]
    assert lease is not None
    assert (row.status, row.attempts, row.worker) == (Status.RUNNING, 1, f"gpu-{winners[0]}")
    assert row.lease_token == lease.token
    assert Attempt.objects.get().token == lease.token


@pytest.mark.django_db(transaction=True)
def test_a_transcript_that_is_cancelled_while_it_is_claimed_is_not_left_half_way() -> None:
    for _ in range(10):
        transcript = in_state(Status.QUEUED).transcript
        cancelled, lease = together(
            partial(lifecycle.cancel, transcript.pk), partial(lifecycle.claim, transcript.pk, worker="gpu-1")
        )
        assert cancelled is True
        row = Transcript.objects.get(pk=transcript.pk)
        assert (row.status, row.lease_token) == (Status.CANCELLED, None)
        outcomes = list(row.attempt_log.values_list("outcome", flat=True))
        assert outcomes == ([Attempt.Outcome.CANCELLED] if lease else [])


@pytest.mark.django_db
def test_a_claim_says_who_works_until_when_and_from_where(settings: Settings) -> None:
    settings.LEASE_SECONDS = 45
    transcript = in_state(Status.QUEUED).transcript
    Transcript.objects.update(transcribed_ms=7000)
    lease = lifecycle.claim(transcript.pk, worker="gpu-7", at=NOON)
    assert lease is not None
    row = Transcript.objects.get()
    assert (row.worker, row.started_at, row.lease_expires_at) == ("gpu-7", NOON, NOON + timedelta(seconds=45))
    attempt = Attempt.objects.get()
    assert (attempt.worker, attempt.started_at, attempt.resumed_ms) == ("gpu-7", NOON, 7000)
    assert (attempt.outcome, attempt.ended_at) == (Attempt.Outcome.RUNNING, None)


@pytest.mark.django_db
def test_the_start_is_that_of_the_first_attempt() -> None:
    transcript = in_state(Status.QUEUED).transcript
    first = lifecycle.claim(transcript.pk, worker="gpu-1", at=NOON)
    assert first is not None
    lifecycle.release(first, processing_ms=0, at=NOON)
    lifecycle.claim(transcript.pk, worker="gpu-1", at=NOON + timedelta(hours=1))
    assert Transcript.objects.get().started_at == NOON


@pytest.mark.django_db
def test_every_claim_gets_a_token_of_its_own() -> None:
    transcript = in_state(Status.QUEUED).transcript
    first = claimed(transcript)
    lifecycle.release(first, processing_ms=0)
    assert claimed(transcript).token != first.token
