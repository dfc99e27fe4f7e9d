"""No more pages at once than have turns, and each gets its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.http import HttpRequest, HttpResponse

from transcripts.web.turns import AT_ONCE, in_turn

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
