"""Following a transcript: every segment once and in order, every end, and no connection held meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue

import pytest
from django.db import connection
from django.utils import timezone

from tests.conftest import person
from tests.lifecycle.waiting import LONG, taken_connections, until
from tests.rows import claimed, in_state, said
from transcripts import editing, events, following, lifecycle
from transcripts.access import Actor
from transcripts.following import Change, follow
from transcripts.models import Failure, Recording, Status, Transcript

pytestmark = pytest.mark.django_db(transaction=True)


class Follower:
    """A reader in a thread of its own, and what it has been told so far."""

    def __init__(self, pool: ThreadPoolExecutor, row: Transcript, **options: float) -> None:
        self.told: Queue[Change] = Queue()
        self._row = row
        self._options = {"keep_alive_seconds": LONG, "deadline_seconds": LONG, **options}
        self.end: Future[None] = pool.submit(self._read)

    def _read(self) -> None:
        try:
            for change in follow(self._row.pk, **self._options):  # type: ignore[arg-type]
                self.told.put(change)
        finally:
            connection.close()

    def next(self) -> Change:
        """The next change; the test waits for it."""
        return self.told.get(timeout=LONG)

    def rest(self) -> list[Change]:
        """All that was told before the end."""
        self.end.result(timeout=LONG)
        return [self.told.get_nowait() for _ in range(self.told.qsize())]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for readers."""
    with ThreadPoolExecutor() as threads:
        yield threads


def _texts(change: Change) -> list[str]:
    return [segment.text.strip() for segment in change.segments]


def _status(change: Change) -> str:
    assert change.transcript is not None
    return change.transcript.status


def test_a_reader_is_told_every_step_from_the_queue_to_the_end(pool: ThreadPoolExecutor) -> None:
    row = in_state(Status.QUEUED).transcript
    reader = Follower(pool, row)
    assert _status(reader.next()) == Status.QUEUED

    lease = claimed(row)
    assert _status(reader.next()) == Status.RUNNING
    for number, words in enumerate((["one", "two"], [], ["three"]), start=1):
        lifecycle.store_window(lease, said(*words, from_ms=number * 2000), transcribed_ms=number * 2000 + 2000)
        change = reader.next()
        assert _texts(change) == words
        assert change.transcript is not None
        assert change.transcript.transcribed_ms == number * 2000 + 2000
    lifecycle.complete(lease, processing_ms=5)

    (last,) = reader.rest()
    assert (_status(last), last.segments) == (Status.DONE, ())


def test_many_readers_of_many_transcripts_each_hear_every_segment_once(pool: ThreadPoolExecutor) -> None:
    rows = [in_state(Status.QUEUED).transcript for _ in range(3)]
    readers = [Follower(pool, row) for row in rows for _ in range(3)]
    leases = [claimed(row) for row in rows]
    for number in range(5):
        for lease in leases:
            words = said(f"{lease.transcript_id} {number}", from_ms=number * 1000)
            lifecycle.store_window(lease, words, transcribed_ms=number * 1000 + 1000)
    for lease in leases:
        lifecycle.complete(lease, processing_ms=5)

    for row, reader in zip([row for row in rows for _ in range(3)], readers, strict=True):
        heard = [text for change in reader.rest() for text in _texts(change)]
        assert heard == [f"{row.pk} {number}" for number in range(5)]


def test_a_reader_who_comes_late_is_told_all_of_it_at_once_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BATCH", 2)
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said(*"abcde"), transcribed_ms=5000)
    lifecycle.complete(held.lease, processing_ms=5)

    changes = list(follow(held.transcript.pk, keep_alive_seconds=LONG, deadline_seconds=LONG))

    assert [_texts(change) for change in changes] == [["a", "b"], ["c", "d"], ["e"]]
    assert {_status(change) for change in changes} == {Status.DONE}


def test_a_reader_who_comes_back_is_not_told_again_what_he_knows() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said(*"abcde"), transcribed_ms=5000)
    lifecycle.complete(held.lease, processing_ms=5)

    (change,) = follow(held.transcript.pk, after=3, keep_alive_seconds=LONG, deadline_seconds=LONG)

    assert _texts(change) == ["d", "e"]


def test_a_corrected_segment_is_told_as_it_stands_now() -> None:
    held = in_state(Status.RUNNING)
    lifecycle.store_window(held.lease, said("won", "two"), transcribed_ms=2000)
    lifecycle.complete(held.lease, processing_ms=5)
    editing.change_text(held.transcript.pk, 0, 1, "one", actor=Actor(user=person("alice")))

    (change,) = follow(held.transcript.pk, keep_alive_seconds=LONG, deadline_seconds=LONG)

    assert (_texts(change), change.edition) == (["one", "two"], 1)


@pytest.fixture
def parted() -> Transcript:
    """Heard as "one two", "three" and "four five"; the first was split, so that "two" has the last index."""
    held = in_state(Status.RUNNING)
    heard = said("one two", "three", "four five", word_by_word=True)
    lifecycle.store_window(held.lease, heard, transcribed_ms=3000)
    lifecycle.complete(held.lease, processing_ms=5)
    editing.split(held.transcript.pk, 0, 1, 4, actor=Actor(user=person("alice")))
    return held.transcript


@pytest.mark.parametrize("batch", [1, 2, 3, 4, 200])
def test_a_corrected_text_is_told_in_the_order_of_the_text(
    parted: Transcript, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", batch)
    changes = list(follow(parted.pk, keep_alive_seconds=LONG, deadline_seconds=LONG))
    assert [text for change in changes for text in _texts(change)] == ["one", "two", "three", "four five"]


@pytest.mark.parametrize(
    ("after", "edition", "rest"), [(2, 1, 2), (4, 1, 0), (9, 1, 0), (0, 0, 4), (3, 0, 4), (2, 5, 4)]
)
def test_who_comes_back_is_told_the_rest_of_the_text_that_he_knows_and_all_of_another(
    parted: Transcript, after: int, edition: int, rest: int
) -> None:
    text = ["one", "two", "three", "four five"]
    (change,) = follow(parted.pk, after=after, edition=edition, keep_alive_seconds=LONG, deadline_seconds=LONG)
    assert _texts(change) == text[len(text) - rest :]


def test_what_is_corrected_while_a_text_is_told_changes_nothing_of_it(
    parted: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 2)
    changes = follow(parted.pk, keep_alive_seconds=LONG, deadline_seconds=LONG)
    begun = _texts(next(changes))
    editing.merge(parted.pk, 0, 2, 3, 1, actor=Actor(user=person("bob")))
    assert begun + [text for change in changes for text in _texts(change)] == ["one", "two", "three", "four five"]


def _fails(row: Transcript) -> None:
    lifecycle.fail(claimed(row), Failure.MEDIA, "Broken.", processing_ms=1)


def _is_cancelled(row: Transcript) -> None:
    lifecycle.cancel(row.pk)


def _is_deleted(row: Transcript) -> None:
    Recording.objects.all().delete()


def _is_put_into_the_bin(row: Transcript) -> None:
    Recording.objects.update(deleted_at=timezone.now())
    lifecycle.cancel(row.pk)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (_fails, Status.FAILED),
        (_is_cancelled, Status.CANCELLED),
        (_is_deleted, None),
        (_is_put_into_the_bin, None),
    ],
)
def test_every_other_end_is_told_too(
    pool: ThreadPoolExecutor, end: Callable[[Transcript], None], status: Status | None
) -> None:
    row = in_state(Status.QUEUED).transcript
    reader = Follower(pool, row)
    reader.next()

    end(row)

    last = reader.rest()[-1].transcript
    assert (last and last.status) == status


def test_a_transcript_that_is_not_there_ends_at_once() -> None:
    key = in_state(Status.QUEUED).transcript.pk
    Transcript.objects.all().delete()
    assert list(follow(key, keep_alive_seconds=LONG, deadline_seconds=LONG)) == [Change(None)]


def test_a_reader_of_silence_is_kept_alive_until_his_deadline() -> None:
    row = in_state(Status.QUEUED).transcript
    first, *ticks = follow(row.pk, keep_alive_seconds=0.02, deadline_seconds=0.2)
    assert (first.quiet, _status(first)) == (False, Status.QUEUED)
    assert ticks
    assert all(tick.quiet and not tick.segments for tick in ticks)


def test_a_deadline_holds_also_while_something_happens_all_the_time() -> None:
    held = in_state(Status.RUNNING)
    changes = follow(held.transcript.pk, keep_alive_seconds=LONG, deadline_seconds=0.0)
    for number, change in enumerate(changes):
        assert number == 0, change
        lifecycle.store_window(held.lease, said("word"), transcribed_ms=1000)


def test_readers_who_wait_hold_no_connection(pool: ThreadPoolExecutor) -> None:
    row = in_state(Status.QUEUED).transcript
    readers = [Follower(pool, row) for _ in range(4)]
    for reader in readers:
        reader.next()
    until(lambda: len(events._board._waiters.get(row.pk, ())) == 4)
    if connection.vendor == "postgresql":
        until(lambda: taken_connections() <= 2)  # ours and the listener's
    lifecycle.cancel(row.pk)
    assert [_status(reader.rest()[-1]) for reader in readers] == [Status.CANCELLED] * 4
