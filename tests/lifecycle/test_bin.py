"""The bin: what is deleted is out of sight at once, comes back as it was, and is gone for good after its days."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.rows import claimed, in_state, recording, said
from tests.together import together
from transcripts import lifecycle, tasks
from transcripts.access import Actor
from transcripts.lifecycle import LeaseLost
from transcripts.models import AuditEntry, Recording, Status, Transcript
from transcripts.removal import EMPTIED_AT_ONCE, discard, empty_bin, restore

pytestmark = pytest.mark.django_db


def _statuses() -> list[str]:
    return list(Transcript.objects.order_by("created_at").values_list("status", flat=True))


@pytest.mark.parametrize("status", Status)
def test_what_is_discarded_stops_and_what_is_restored_goes_on(status: Status, alices: Actor) -> None:
    held = in_state(status, recording(**alices.ownership))
    assert discard(held.transcript.recording, alices)
    assert not alices.visible().exists()
    open_before = status in (Status.QUEUED, Status.RUNNING)
    assert _statuses() == [Status.CANCELLED if open_before else status]
    assert restore(held.transcript.recording, alices)
    assert alices.visible().get() == held.transcript
    assert _statuses() == [Status.QUEUED if open_before else status]


def test_what_was_heard_before_it_was_discarded_is_not_heard_again(alices: Actor) -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("kept"), transcribed_ms=1000)
    discard(held.transcript.recording, alices)
    with pytest.raises(LeaseLost):
        lifecycle.store_window(held.lease, said("late"), transcribed_ms=2000)
    restore(held.transcript.recording, alices)
    claimed(held.transcript)
    row = Transcript.objects.get()
    assert (row.text, row.transcribed_ms) == ("kept", 1000)


def test_what_a_person_had_cancelled_before_stays_cancelled(alices: Actor) -> None:
    twice = recording()
    in_state(Status.CANCELLED, twice)
    in_state(Status.QUEUED, twice)
    discard(twice, alices)
    restore(twice, alices)
    assert _statuses() == [Status.CANCELLED, Status.QUEUED]


def test_the_second_of_two_is_told_that_there_was_nothing_to_do(alices: Actor) -> None:
    row = recording()
    assert not restore(row, alices)
    assert [discard(row, alices), discard(row, alices)] == [True, False]
    assert [restore(row, alices), restore(row, alices)] == [True, False]
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "who")) == [
        ("delete", "alice"),
        ("restore", "alice"),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_discards_and_one_restores(alices: Actor) -> None:
    held = in_state(Status.QUEUED, recording(**alices.ownership))
    assert sorted(together(*[partial(discard, held.transcript.recording, alices)] * 4)) == [False, False, False, True]
    assert sorted(together(*[partial(restore, held.transcript.recording, alices)] * 4)) == [False, False, False, True]
    assert _statuses() == [Status.QUEUED]
    assert AuditEntry.objects.count() == 2


def test_the_sweeper_empties_the_bin_after_its_days(alices: Actor, settings: Settings) -> None:
    settings.BIN_DAYS = 10
    now = timezone.now()
    kept, fresh, old = recording(), recording(title="fresh"), recording(title="old")
    discard(fresh, alices, at=now - timedelta(days=10) + timedelta(minutes=1))
    discard(old, alices, at=now - timedelta(days=10, seconds=1))
    tasks.sweep()
    assert set(Recording.objects.all()) == {kept, fresh}
    entry = AuditEntry.objects.get(verb="delete for good")
    assert (entry.who, entry.object_name) == ("WhisperHub", "old")


def test_a_full_bin_is_emptied_in_parts(alices: Actor, settings: Settings) -> None:
    settings.BIN_DAYS = 1
    for _ in range(EMPTIED_AT_ONCE + 1):
        discard(recording(), alices)
    later = timezone.now() + timedelta(days=2)
    assert [empty_bin(later), empty_bin(later), empty_bin(later)] == [EMPTIED_AT_ONCE, 1, 0]
