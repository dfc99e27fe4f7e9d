"""Transcripts that the native API is asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.rows import claimed, recording, said
from transcripts import lifecycle
from transcripts.models import Transcript

ROUTE = "/api/v1/transcripts"
Finish = Callable[..., Transcript]


def path(row: Transcript, tail: str = "") -> str:
    """The address of a transcript, or of something below it."""
    return f"{ROUTE}/{row.pk}{tail}"


def send(caller: Caller, method: str, where: str, body: Any = None, **options: Any) -> Any:
    """The answer to a JSON request."""
    if body is None:
        return getattr(caller.client, method)(where, **options)
    return getattr(caller.client, method)(where, body, content_type="application/json", **options)


@pytest.fixture
def finish(caller: Caller) -> Finish:
    """`finish("Hello.", "Bye.", title=…)`: a transcript of the caller's that is done, one segment for each text."""

    def make(*texts: str, word_by_word: bool = False, **fields: Any) -> Transcript:
        row = lifecycle.submit(recording(api_key=caller.row, **fields))
        lease = claimed(row)
        if texts:
            lifecycle.store_window(lease, said(*texts, word_by_word=word_by_word), transcribed_ms=10_000, language="en")
        lifecycle.complete(lease, processing_ms=100)
        return Transcript.objects.select_related("recording").get(pk=row.pk)

    return make
