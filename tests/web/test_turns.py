"""No more pages at once than have turns, and each gets its own; looks for changes give way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from django.http import HttpRequest, HttpResponse

from transcripts.web import turns
from transcripts.web.turns import AT_ONCE, if_it_comes_to_its_turn, in_turn

SECONDS = 20.0


def test_pages_are_made_a_few_at_a_time_and_all_of_them() -> None:
    lock, together, running, most = threading.Lock(), threading.Barrier(AT_ONCE), [0], [0]

    @in_turn
    def view(_request: HttpRequest, number: int) -> HttpResponse:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait(SECONDS)  # as many as may are here, or nobody gets on
        with lock:
            running[0] -= 1
        return HttpResponse(str(number))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: view(HttpRequest(), number), range(8 * AT_ONCE)))
    assert [answer.content.decode() for answer in answers] == [str(number) for number in range(8 * AT_ONCE)]
    assert most[0] == AT_ONCE


def test_a_look_whose_turn_does_not_come_leaves_the_page_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LOOK_PATIENCE_SECONDS", 0.01)
    inside, over = threading.Event(), threading.Event()

    @if_it_comes_to_its_turn
    def slow(_request: HttpRequest) -> HttpResponse:
        inside.set()
        assert over.wait(SECONDS)
        return HttpResponse("changes")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(slow, HttpRequest())
        assert inside.wait(SECONDS)
        assert slow(HttpRequest()).status_code == HTTPStatus.NO_CONTENT
        assert in_turn(lambda _request: HttpResponse("a page"))(HttpRequest()).content == b"a page"
        over.set()
        assert first.result(SECONDS).content == b"changes"
    assert slow(HttpRequest()).content == b"changes"
