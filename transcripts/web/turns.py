"""Pages of the library are made a few at a time: side by side each takes as long as all of them together.

Looks for changes have a turn of their own, one for all: however many pages are open, whoever opens one waits for none
of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

AT_ONCE: Final = 2
"""While one waits for the database another computes. More of them only take the interpreter from one another, and from
whatever else the process is asked."""
LOOK_PATIENCE_SECONDS: Final = 1.0
_pages = threading.Semaphore(AT_ONCE)
_look = threading.Lock()


def in_turn(view: View[P]) -> View[P]:
    """Run `view` when fewer than `AT_ONCE` of its like are running. It must wait for nobody outside this machine."""

    @wraps(view)
    def one_of_few(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with _pages:
            return view(request, *args, **kwargs)

    return one_of_few


def if_it_comes_to_its_turn(view: View[P]) -> View[P]:
    """Run `view` alone; answer 204, which leaves a page as it is and has it ask again, if others are in the way."""

    @wraps(view)
    def alone(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _look.acquire(timeout=LOOK_PATIENCE_SECONDS):
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        try:
            return view(request, *args, **kwargs)
        finally:
            _look.release()

    return alone
