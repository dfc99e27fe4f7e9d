"""Whose turn it is: clips before long recordings, equal turns for owners, bulk always moves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.conftest import KeyMaker
from tests.rows import claimed, recording
from transcripts import admission, doorbell, lifecycle
from transcripts.admission import Turn
from transcripts.models import Priority, Transcript

pytestmark = pytest.mark.django_db

CLIP_MS, LONG_MS = 10_000, 3 * 3600 * 1000


def _waiting(duration_ms: int | None = LONG_MS, priority: Priority = Priority.NORMAL, **owner: object) -> Transcript:
    return lifecycle.submit(recording(duration_ms=duration_ms, **owner), priority=priority)


def _order_of_turns() -> list[UUID]:
    """Claim until nothing waits."""
    order = []
    while (turn := admission.next_turn(long_allowed=True)) is not None:
        assert lifecycle.claim(turn.transcript_id, worker="gpu-1") is not None
        order.append(turn.transcript_id)
    return order


def test_nothing_waits() -> None:
    assert admission.next_turn(long_allowed=True) is None


def test_a_clip_goes_before_an_older_long_recording() -> None:
    long, clip = _waiting(LONG_MS), _waiting(CLIP_MS)
    assert _order_of_turns() == [clip.pk, long.pk]


def test_without_a_slot_for_long_recordings_only_clips_are_taken() -> None:
    _waiting(LONG_MS)
    _waiting(None)  # of unknown length: it may be long
    assert admission.next_turn(long_allowed=False) is None
    clip = _waiting(CLIP_MS)
    assert admission.next_turn(long_allowed=False) == Turn(clip.pk, is_long=False)


@pytest.mark.parametrize(("duration_ms", "is_long"), [(60_000, False), (60_001, True)])
def test_a_minute_is_the_longest_clip(duration_ms: int, is_long: bool) -> None:
    waiting = _waiting(duration_ms)
    assert admission.next_turn(long_allowed=True) == Turn(waiting.pk, is_long)


def test_interactive_work_counts_as_a_clip_whatever_its_length() -> None:
    interactive = _waiting(LONG_MS, Priority.INTERACTIVE)
    assert admission.next_turn(long_allowed=False) == Turn(interactive.pk, is_long=False)


def test_bulk_goes_last_even_if_it_is_short_and_old() -> None:
    bulk, ordinary = _waiting(CLIP_MS, Priority.BULK), _waiting(LONG_MS)
    assert _order_of_turns() == [ordinary.pk, bulk.pk]


def test_bulk_that_waited_half_an_hour_goes_before_newer_ordinary_work() -> None:
    bulk, ordinary = _waiting(LONG_MS, Priority.BULK), _waiting(LONG_MS)
    later = timezone.now() + timedelta(minutes=31)
    Transcript.objects.filter(pk=ordinary.pk).update(created_at=later)
    assert admission.next_turn(long_allowed=True, at=later) == Turn(bulk.pk, is_long=True)


def test_one_clip_of_another_key_does_not_wait_behind_a_hundred(make_key: KeyMaker) -> None:
    busy, quiet = make_key(name="busy")[0], make_key(name="quiet")[0]
    flood = [_waiting(CLIP_MS, api_key=busy) for _ in range(100)]
    claimed(flood[0])
    clip = _waiting(CLIP_MS, api_key=quiet)
    assert admission.next_turn(long_allowed=True) == Turn(clip.pk, is_long=False)


def test_owners_take_turns_and_each_keeps_its_own_order(alice: User, mallory: User, make_key: KeyMaker) -> None:
    key = make_key()[0]
    first, second = _waiting(owner=alice), _waiting(owner=alice)
    other, keyed, nobodys = _waiting(owner=mallory), _waiting(api_key=key), _waiting()
    assert _order_of_turns() == [first.pk, other.pk, keyed.pk, nobodys.pk, second.pk]


def test_a_free_slot_rings_for_the_oldest_long_recording_that_was_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[UUID] = []
    older = _waiting(LONG_MS)
    _waiting(LONG_MS)
    _waiting(CLIP_MS)
    monkeypatch.setattr(doorbell, "ring", rung.append)
    admission.ring_for_the_next()
    assert rung == [older.pk]


def test_clips_are_not_rung_for_again_they_were_never_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[UUID] = []
    _waiting(CLIP_MS)
    monkeypatch.setattr(doorbell, "ring", rung.append)
    admission.ring_for_the_next()
    assert rung == []
