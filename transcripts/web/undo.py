"""The way back from a deletion, offered once, on the next page that its reader opens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest

_KEY = "undo"


class Undo(TypedDict):
    """What was done, in words, and the recordings that it can be undone for."""

    words: str
    recordings: list[str]


def offer(request: HttpRequest, words: str, recordings: Iterable[UUID]) -> None:
    """Keep it for the next page."""
    request.session[_KEY] = Undo(words=words, recordings=[str(identity) for identity in recordings])


def offered(request: HttpRequest) -> Undo | None:
    """What was kept, if anything; it is not offered again."""
    found: Undo | None = request.session.pop(_KEY, None)
    return found
