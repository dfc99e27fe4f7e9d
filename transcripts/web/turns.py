"""Pages of the library are made a few at a time: side by side each takes as long as all of them together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)

AT_ONCE: Final = 2
"""While one waits for the database another computes. More of them only take the interpreter from one another, and from
whatever else the process is asked."""
_turns = threading.Semaphore(AT_ONCE)


def in_turn(
    view: Callable[Concatenate[HttpRequest, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], Answer]:
    """Run `view` when fewer than `AT_ONCE` of its like are running. It must wait for nobody outside this machine."""

    @wraps(view)
    def one_of_few(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        with _turns:
            return view(request, *args, **kwargs)

    return one_of_few
