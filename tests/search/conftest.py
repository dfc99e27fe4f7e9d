"""Recordings in which known things are said, and short ways to look for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.rows import in_state, recording, said
from transcripts import lifecycle, search
from transcripts.access import Actor
from transcripts.models import Status, Transcript
from transcripts.search import Filters, Page

Speak = Callable[..., Transcript]


@pytest.fixture
def speak(alices: Actor) -> Speak:
    """`speak("Hello.", "Good bye.", title="greetings.wav")` is a done transcript of Alice's in which that is said."""

    def spoken(*texts: str, language: str = "en", speakers: tuple[str, ...] = (), **of: Any) -> Transcript:
        held = in_state(Status.RUNNING, recording(**{"owner": alices.user, **of}))
        segments = said(*texts)
        for segment, speaker in zip(segments, speakers, strict=False):
            segment.speaker = speaker
        lifecycle.store_window(held.lease, segments, transcribed_ms=1000 * len(texts), language=language)
        lifecycle.complete(held.lease, processing_ms=1)
        return Transcript.objects.get(pk=held.transcript.pk)

    return spoken


class Searcher:
    """Searches as one actor, and tells what was found as plain text."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def page(self, query: str, cursor: str | None = None, **filters: Any) -> Page:
        """A page of it."""
        return search.search(query, self._actor, Filters(**filters), cursor)

    def texts(self, query: str, **filters: Any) -> list[str]:
        """The passages on the first page."""
        return [hit.text for found in self.page(query, **filters).recordings for hit in found.hits]

    def names(self, query: str, **filters: Any) -> list[str]:
        """The titles on the first page, in order."""
        return [found.name for found in self.page(query, **filters).recordings]


@pytest.fixture
def alice_finds(alices: Actor) -> Searcher:
    """Alice, searching."""
    return Searcher(alices)
