"""The forecast of turns, against the turns that are really given when work takes as long as was foreseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from tests.conftest import person
from tests.rows import claimed, in_state, recording, worker
from transcripts import admission, lifecycle, outlook
from transcripts.lifecycle import Lease
from transcripts.models import Priority, Recording, Status, Transcript, Worker

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE_MS = 60_000


class Sent(NamedTuple):
    """One recording, sent so many minutes before noon by one of three."""

    minutes_ago: int
    audio_ms: int
    priority: Priority
    owner: int


SENT = st.builds(
    Sent,
    st.integers(0, 90),
    st.sampled_from([5_000, 60_000, 60_001, 10 * MINUTE_MS, 180 * MINUTE_MS]),
    st.sampled_from(list(Priority)),
    st.integers(0, 2),
)


def _pace(percent: int) -> None:
    """One recording of long ago that took so many hundredths of its length."""
    done = in_state(Status.DONE, recording(duration_ms=100_000)).transcript
    Transcript.objects.filter(pk=done.pk).update(processing_ms=1000 * percent, transcribed_ms=100_000)


def _put(sent: Sent, number: int, owners: Sequence[User | None]) -> Transcript:
    row = lifecycle.submit(recording(duration_ms=sent.audio_ms, owner=owners[sent.owner]), priority=sent.priority)
    at = NOW - timedelta(minutes=sent.minutes_ago, milliseconds=number)  # no two at the same moment
    Transcript.objects.filter(pk=row.pk).update(created_at=at)
    return row


class Hub:
    """The real queue, and workers that need as long for each recording as the pace says."""

    def __init__(self, names: Sequence[str], slots: int, percent: int) -> None:
        self.names, self.slots, self.percent = names, slots, percent
        self.now = NOW
        self.works: dict[UUID, tuple[datetime, str, bool, Lease]] = {}

    def long_allowed(self, name: str) -> bool:
        return admission.allows_long(sum(holder == name and is_long for _, holder, is_long, _ in self.works.values()))

    def asks(self) -> str | None:
        """A worker with a free slot, rather one that may take long work, rather the one with less to do."""
        jobs = Counter(holder for _, holder, _, _ in self.works.values())
        free = [name for name in self.names if jobs[name] < self.slots]
        return min(free, key=lambda name: (not self.long_allowed(name), jobs[name]), default=None)

    def give_a_turn(self) -> UUID | None:
        """What `next_turn` says, claimed; None when nobody asks or nothing may be taken."""
        name = self.asks()
        turn = admission.next_turn(long_allowed=self.long_allowed(name), at=self.now) if name else None
        if name is None or turn is None:
            return None
        row = Transcript.objects.select_related("recording").get(pk=turn.transcript_id)
        takes = timedelta(milliseconds=round((row.recording.duration_ms or 0) * self.percent / 100))
        self.works[row.pk] = (self.now + takes, name, turn.is_long, claimed(row, name))
        return row.pk

    def let_time_pass(self) -> None:
        """Until the next end; everything that ends then ends."""
        self.now = min(end for end, _, _, _ in self.works.values())
        for pk, (end, _, _, lease) in list(self.works.items()):
            if end <= self.now:
                del self.works[pk]
                lifecycle.complete(lease, processing_ms=0)  # 0: the pace stays what it was


@pytest.fixture
def owners(db: None) -> list[User | None]:
    """Two people, and nobody in particular."""
    return [person("ann"), person("ben"), None]


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.lists(SENT, min_size=1, max_size=14),
    running=st.integers(0, 4),
    slots=st.integers(1, 4),
    workers=st.integers(1, 2),
    percent=st.sampled_from([5, 40, 200]),
)
@example(  # bulk grows old while it waits, and passes what came after it
    sent=[Sent(0, 180 * MINUTE_MS, Priority.NORMAL, n % 2) for n in range(4)] + [Sent(29, 5000, Priority.BULK, 2)],
    running=0,
    slots=1,
    workers=1,
    percent=40,
)
def test_turns_come_as_they_were_foreseen(
    sent: list[Sent],
    running: int,
    slots: int,
    workers: int,
    percent: int,
    owners: list[User | None],
    settings: Settings,
) -> None:
    Recording.objects.all().delete()
    Worker.objects.all().delete()
    settings.WORKER_JOBS = slots
    _pace(percent)
    names = [worker(f"gpu-{number}", last_seen_at=NOW).name for number in range(workers)]
    hub = Hub(names, slots, percent)
    for number, each in enumerate(sent):
        _put(each, number, owners)
    for _ in range(running):
        hub.give_a_turn()
    Transcript.objects.running().update(started_at=NOW)

    foreseen = [(each.transcript.pk, each.starts_at) for each in outlook.outlook(100, at=NOW).waiting]

    given_turns = []
    while Transcript.objects.queued().exists():
        if (pk := hub.give_a_turn()) is not None:
            given_turns.append((pk, hub.now))
        else:
            hub.let_time_pass()
    assert given_turns == foreseen


def test_nobody_can_tell_when_without_a_worker_or_before_anything_is_done() -> None:
    row = in_state(Status.QUEUED).transcript
    worker()
    assert [(each.transcript, each.starts_at) for each in outlook.outlook(10).waiting] == [(row, None)]
    _pace(50)
    assert outlook.outlook(10).waiting[0].starts_at is not None
    Worker.objects.all().delete()
    without = outlook.outlook(10)
    assert (without.is_served, without.waiting[0].starts_at) == (False, None)


def test_audio_and_count_are_of_all_that_waits_the_rows_only_of_the_first() -> None:
    for _ in range(3):
        in_state(Status.QUEUED, recording(duration_ms=20_000))
    in_state(Status.QUEUED, recording(duration_ms=None))
    seen = outlook.outlook(2)
    assert (seen.count, seen.audio_ms, [each.place for each in seen.waiting]) == (4, 60_000, [1, 2])


def test_it_costs_as_many_queries_for_any_number_of_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    worker()
    for status in [Status.QUEUED] * 12 + [Status.RUNNING] * 5:
        in_state(status)
    with django_assert_num_queries(6):
        seen = outlook.outlook(10)
        assert [row.recording.owner for row in seen.running] == [None] * 5
        assert [each.transcript.recording.api_key for each in seen.waiting] == [None] * 10
