"""The threads of a web process: as many as are needed, up to the most, and gone when they are not."""

from __future__ import annotations

import threading
import time

import pytest

from whisperhub.web_threads import WebThreads

SECONDS = 20.0
IDLE_SECONDS = 0.2


@pytest.fixture
def others() -> frozenset[threading.Thread]:
    """The threads that were there before."""
    return frozenset(threading.enumerate())


def _ours(others: frozenset[threading.Thread]) -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread not in others}


def test_no_more_than_the_most_work_at_once_and_the_rest_follows() -> None:
    pool, barrier, lock, most = WebThreads(3), threading.Barrier(3), threading.Lock(), [0, 0]

    def work(number: int) -> int:
        with lock:
            most[0] += 1
            most[1] = max(most)
        barrier.wait(SECONDS)  # three are here, or nobody gets on
        with lock:
            most[0] -= 1
        return number

    futures = [pool.submit(work, number) for number in range(9)]
    assert [future.result(SECONDS) for future in futures] == list(range(9))
    assert most[1] == 3


def test_threads_without_work_end_and_come_again(others: frozenset[threading.Thread]) -> None:
    pool, release = WebThreads(8, IDLE_SECONDS), threading.Event()
    for _ in range(2):
        release.clear()
        futures = [pool.submit(release.wait, SECONDS) for _ in range(8)]
        assert len(_ours(others)) == 8
        release.set()
        assert all(future.result(SECONDS) for future in futures)
        deadline = time.monotonic() + SECONDS
        while _ours(others):
            assert time.monotonic() < deadline, "they stay"
            time.sleep(0.01)


def test_what_goes_wrong_is_told_and_ends_no_thread() -> None:
    pool = WebThreads(1)
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 1, 0).result(SECONDS)
    assert pool.submit(divmod, 7, 2).result(SECONDS) == (3, 1)


def test_those_without_work_go_at_the_end(others: frozenset[threading.Thread]) -> None:
    pool = WebThreads(4, SECONDS)
    pool.submit(int).result(SECONDS)
    idle = _ours(others)
    assert len(idle) == 1
    pool.shutdown()
    for thread in idle:
        thread.join(SECONDS)
        assert not thread.is_alive()
