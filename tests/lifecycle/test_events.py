"""Waiting for a change: woken by Redis or by a shared look at the rows, by hundreds at once, also without Redis."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from tests.lifecycle.waiting import LONG, taken_connections, until
from tests.rows import claimed, in_state, said
from tests.settings import SERVICES, STACK
from transcripts import events, lifecycle
from transcripts.models import Recording, Status, Transcript

pytestmark = pytest.mark.django_db(transaction=True)


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"redis://127.0.0.1:{server.getsockname()[1]}/0"


SOURCES = {"looking": lambda: "", "redis is away": _closed_port}
if STACK == "services":
    SOURCES["redis"] = lambda: SERVICES["REDIS_URL"]


@pytest.fixture(params=list(SOURCES))
def source(request: pytest.FixtureRequest, settings: Settings) -> None:
    """How changes become known."""
    settings.REDIS_URL = SOURCES[request.param]()


def _listeners() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "transcript-events"]


def _waiting(pool: ThreadPoolExecutor, row: Transcript, timeout: float = LONG) -> Future[bool]:
    """Another thread waits for the next change of `row`; returns once it stands on the board."""
    waiters = events._board._waiters
    before = sum(map(len, list(waiters.values())))

    def wait() -> bool:
        try:
            return events.wait(row.pk, row.revision, timeout)
        finally:
            connection.close()

    future = pool.submit(wait)
    until(lambda: sum(map(len, list(waiters.values()))) > before)
    return future


@pytest.mark.usefixtures("source")
def test_a_waiter_wakes_when_its_transcript_changes() -> None:
    row = in_state(Status.QUEUED).transcript
    with ThreadPoolExecutor() as pool:
        woken = _waiting(pool, row)
        claimed(row)
        assert woken.result() is True


@pytest.mark.skipif(STACK != "services", reason="without Redis there are no messages")
def test_the_message_wakes_a_waiter_and_not_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "NET_SECONDS", LONG)
    row = in_state(Status.QUEUED).transcript
    with ThreadPoolExecutor() as pool:
        woken = _waiting(pool, row)
        time.sleep(0.3)  # until the listener sleeps for good: before that any look would see the change
        claimed(row)
        assert woken.result(timeout=LONG / 4) is True
    events.publish(row.pk)  # so that the listener finds its board empty


def test_a_waiter_wakes_for_every_window_that_is_stored() -> None:
    held = in_state(Status.RUNNING)
    with ThreadPoolExecutor() as pool:
        for end in (1000, 2000):
            woken = _waiting(pool, Transcript.objects.get())
            lifecycle.store_window(held.lease, said("word"), transcribed_ms=end)
            assert woken.result() is True


def test_a_waiter_whose_time_is_up_is_told_so() -> None:
    row = in_state(Status.QUEUED).transcript
    assert events.wait(row.pk, row.revision, timeout=0.05) is False


def test_a_change_of_another_transcript_wakes_nobody() -> None:
    mine, other = in_state(Status.QUEUED).transcript, in_state(Status.QUEUED).transcript
    with ThreadPoolExecutor() as pool:
        sleeping, woken = _waiting(pool, mine, timeout=0.5), _waiting(pool, other)
        claimed(other)
        assert woken.result() is True
        assert sleeping.result() is False


def test_a_change_that_came_before_the_wait_is_not_missed() -> None:
    seen = in_state(Status.QUEUED).transcript
    claimed(seen)
    assert events.wait(seen.pk, seen.revision, timeout=LONG) is True


def test_a_transcript_that_is_deleted_wakes_its_waiter() -> None:
    row = in_state(Status.QUEUED).transcript
    with ThreadPoolExecutor() as pool:
        woken = _waiting(pool, row)
        Recording.objects.all().delete()
        assert woken.result() is True


@pytest.mark.usefixtures("source")
def test_hundreds_of_waiters_share_one_thread_and_hold_no_connection() -> None:
    rows = [in_state(Status.QUEUED).transcript for _ in range(4)]
    with ThreadPoolExecutor(200) as pool:
        woken = [_waiting(pool, rows[number % 4]) for number in range(200)]
        assert len(_listeners()) == 1
        if connection.vendor == "postgresql":
            until(lambda: taken_connections() <= 2)  # ours and the listener's
        for row in rows:
            claimed(row)
        assert [future.result() for future in woken] == [True] * 200


@pytest.mark.usefixtures("source")
def test_the_listening_thread_ends_with_the_last_waiter_and_begins_anew_with_the_next() -> None:
    row = in_state(Status.QUEUED).transcript
    for _ in range(2):
        assert events.wait(row.pk, row.revision, timeout=0.01) is False
        until(lambda: not _listeners())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection that could be cut")
def test_a_database_connection_that_is_cut_does_not_deafen_the_listener(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = ""
    row = in_state(Status.QUEUED).transcript
    with ThreadPoolExecutor() as pool:
        woken = _waiting(pool, row)
        # Again and again: the first that is found may be one that an earlier listener left in the pool.
        until(lambda: [_cut_the_listeners_connection()] and "Cannot look at the transcripts now" in caplog.text)
        claimed(row)
        assert woken.result() is True


def _cut_the_listeners_connection() -> int:
    """The listener is known by its question: many ids with their revisions, where a waiter asks for one revision."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
            """AND pid <> pg_backend_pid() AND query LIKE '%%"id" AS "pk", %%"revision" AS "revision"%%'"""
        )
        (count,) = cursor.fetchone()
    return int(count)


def test_waiting_while_it_is_open_lasts_until_the_end_and_not_only_until_the_next_change() -> None:
    held = in_state(Status.RUNNING)
    with ThreadPoolExecutor() as pool:

        def wait() -> None:
            events.wait_while_open(held.transcript.pk, LONG)
            connection.close()

        ended = pool.submit(wait)
        until(lambda: events._board._waiters)
        lifecycle.store_window(held.lease, said("word"), transcribed_ms=1000)
        until(lambda: events._board._waiters or ended.done())
        assert not ended.done()
        lifecycle.complete(held.lease, processing_ms=1)
        assert ended.result(timeout=LONG) is None


@pytest.mark.parametrize("status", [Status.DONE, Status.FAILED, Status.CANCELLED])
def test_nobody_waits_for_a_transcript_that_has_ended(status: Status) -> None:
    events.wait_while_open(in_state(status).transcript.pk, LONG)
    assert not _listeners()


def test_nobody_waits_longer_than_he_said() -> None:
    transcript = in_state(Status.QUEUED).transcript
    events.wait_while_open(transcript.pk, 0.05)
    assert Transcript.objects.get().status == Status.QUEUED


def test_a_redis_that_is_away_does_not_fail_who_publishes(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.REDIS_URL = _closed_port()
    held = in_state(Status.RUNNING)
    lifecycle.complete(held.lease, processing_ms=1)
    assert Transcript.objects.get().status == Status.DONE
    assert f"Could not publish a change of transcript {held.transcript.pk}" in caplog.text
