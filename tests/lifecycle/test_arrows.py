"""Every arrow of the state picture, and every arrow that must not be there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.rows import Held, after_the_lease, claimed, in_state, said
from transcripts import lifecycle, sweeper
from transcripts.lifecycle import LeaseLost
from transcripts.models import Attempt, Failure, Status, Transcript

pytestmark = pytest.mark.django_db

Q, R, D, F, C = Status.QUEUED, Status.RUNNING, Status.DONE, Status.FAILED, Status.CANCELLED

VERBS: dict[str, Callable[[Held], object]] = {
    "claim": lambda held: lifecycle.claim(held.transcript.pk, worker="gpu-2"),
    "heartbeat": lambda held: lifecycle.heartbeat(held.lease),
    "note_model": lambda held: lifecycle.note_model(held.lease, model="another"),
    "store_window": lambda held: lifecycle.store_window(held.lease, said("late"), transcribed_ms=5000),
    "complete": lambda held: lifecycle.complete(held.lease, processing_ms=1),
    "fail": lambda held: lifecycle.fail(held.lease, Failure.INTERNAL, "Late.", processing_ms=1),
    "requeue": lambda held: lifecycle.requeue(held.lease, "Late.", processing_ms=1),
    "release": lambda held: lifecycle.release(held.lease, processing_ms=1),
    "cancel": lambda held: lifecycle.cancel(held.transcript.pk),
    "retry": lambda held: lifecycle.retry(held.transcript.pk),
    "sweep": lambda held: sweeper.sweep(at=after_the_lease()),
}
ARROWS = {
    ("claim", Q): R,
    ("heartbeat", R): R,
    ("note_model", R): R,
    ("store_window", R): R,
    ("complete", R): D,
    ("fail", R): F,
    ("requeue", R): Q,
    ("release", R): Q,
    ("cancel", Q): C,
    ("cancel", R): C,
    ("retry", F): Q,
    ("retry", C): Q,
    ("sweep", R): Q,
    ("sweep", Q): Q,  # rung for again
}
NEEDS_A_LEASE = {"heartbeat", "note_model", "store_window", "complete", "fail", "requeue", "release"}
REFUSED = [(verb, state) for verb in VERBS for state in Status if (verb, state) not in ARROWS]


def _row(held: Held) -> Mapping[str, object]:
    return Transcript.objects.filter(pk=held.transcript.pk).values().get()


@pytest.mark.parametrize(("verb", "start"), ARROWS, ids=str)
def test_an_arrow_of_the_picture_leads_where_the_picture_says(verb: str, start: Status) -> None:
    held = in_state(start)
    VERBS[verb](held)
    assert _row(held)["status"] == ARROWS[verb, start]


@pytest.mark.parametrize(("verb", "state"), REFUSED, ids=str)
def test_an_arrow_that_is_not_in_the_picture_changes_nothing(verb: str, state: Status) -> None:
    held = in_state(state)
    before, attempts = _row(held), list(Attempt.objects.values())
    if verb in NEEDS_A_LEASE:
        with pytest.raises(LeaseLost):
            VERBS[verb](held)
    else:
        assert not VERBS[verb](held)
    assert _row(held) == before
    assert list(Attempt.objects.values()) == attempts
    assert not held.transcript.segments.exists()


@pytest.mark.parametrize("state", Status)
def test_a_verb_for_a_transcript_that_was_deleted_finds_nothing_to_do(state: Status) -> None:
    held = in_state(state)
    held.transcript.recording.delete()
    for verb, call in VERBS.items():
        if verb in NEEDS_A_LEASE:
            with pytest.raises(LeaseLost):
                call(held)
        else:
            assert not call(held)
    assert not Transcript.objects.exists()


@pytest.mark.parametrize(("verb", "start"), [arrow for arrow, end in ARROWS.items() if end != arrow[1]], ids=str)
def test_every_change_of_status_can_be_seen_by_its_revision(verb: str, start: Status) -> None:
    held = in_state(start)
    VERBS[verb](held)
    after = Transcript.objects.get(pk=held.transcript.pk)
    assert after.revision == held.transcript.revision + 1


@pytest.mark.parametrize("end", [D, F, C])
def test_the_time_of_the_end_is_kept_and_is_gone_when_it_waits_again(end: Status) -> None:
    held = in_state(end)
    assert held.transcript.finished_at is not None
    if lifecycle.retry(held.transcript.pk):
        assert Transcript.objects.get(pk=held.transcript.pk).finished_at is None


def test_a_completed_transcript_shows_no_error_of_an_earlier_attempt() -> None:
    held = in_state(R)
    lifecycle.requeue(held.lease, "The GPU was away.", processing_ms=10)
    lifecycle.complete(claimed(held.transcript), processing_ms=20)
    row = Transcript.objects.get(pk=held.transcript.pk)
    assert (row.status, row.error, row.failure, row.processing_ms) == (D, "", "", 30)
