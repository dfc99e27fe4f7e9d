"""A text to correct, and who corrects it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.rows import in_state, recording, said
from transcripts import lifecycle
from transcripts.access import Actor
from transcripts.models import Status, Transcript


@pytest.fixture
def text(alice: User) -> Transcript:
    """Alice's, done: "one two three", "four five six" and "seven eight nine", a second each."""
    held = in_state(Status.RUNNING, recording(owner=alice))
    lines = ("one two three", "four five six", "seven eight nine")
    lifecycle.store_window(held.lease, said(*lines, word_by_word=True), transcribed_ms=3000, language="en")
    lifecycle.complete(held.lease, processing_ms=1)
    return Transcript.objects.get(pk=held.transcript.pk)


@pytest.fixture
def robins(robin: User) -> Actor:
    """Robin as an actor."""
    return Actor(user=robin)
