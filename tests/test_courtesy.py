"""Large bodies wait while somebody waits for a page, but not for ever."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from transcripts import courtesy
from transcripts.courtesy import give_way, goes_first

SECONDS = 20.0


def test_whoever_gives_way_goes_on_when_the_last_page_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE_SECONDS", SECONDS)
    over = [threading.Event(), threading.Event()]
    begun = threading.Barrier(3)

    @goes_first
    def page(number: int) -> None:
        begun.wait(SECONDS)
        assert over[number].wait(SECONDS)

    with ThreadPoolExecutor(3) as pool:
        pages = [pool.submit(page, number) for number in range(2)]
        begun.wait(SECONDS)
        body = pool.submit(give_way)
        over[0].set()
        pages[0].result(SECONDS)
        assert not body.done()
        over[1].set()
        body.result(SECONDS / 2)  # before its patience ends


def test_a_page_that_takes_long_holds_up_a_piece_of_a_body_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE_SECONDS", 0.01)
    goes_first(lambda _: give_way())(None)


def test_a_page_that_fails_leaves_the_way_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE_SECONDS", SECONDS)

    @goes_first
    def broken(_: int) -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  # ours, of two lines above
        broken(0)
    began = time.monotonic()
    give_way()
    assert time.monotonic() - began < SECONDS / 2
