"""Streams of every dialect share the places that there are, and each gives its place back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import Caller
from tests.api.openai.conftest import ask
from tests.rows import in_state, recording
from transcripts.models import Recording, Status

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[[Caller], Any]


def _follow(caller: Caller) -> Any:
    row = in_state(Status.DONE, of=recording(api_key=caller.row)).transcript
    return caller.get(f"/api/v1/transcripts/{row.pk}/events")


def _stream(caller: Caller) -> Any:
    return ask(caller, stream="true")


STREAMS = pytest.mark.parametrize("first", [_follow, _stream])


@STREAMS
@pytest.mark.parametrize("second", [_follow, _stream])
def test_there_are_only_so_many_streams_at_once_whatever_their_dialect(
    caller: Caller, settings: Settings, first: Open, second: Open
) -> None:
    settings.MAX_STREAMS = 1
    held = first(caller)  # nothing of it is read
    refused = second(caller)
    assert (held.status_code, refused.status_code, refused["Retry-After"]) == (200, 503, "5")
    held.close()
    held.close()
    after, refused = second(caller), second(caller)
    after.close()
    assert (after.status_code, refused.status_code) == (200, 503)


def test_a_stream_without_a_place_is_refused_in_its_dialect_before_anything_is_stored(
    caller: Caller, settings: Settings
) -> None:
    settings.MAX_STREAMS = 0
    refused = _stream(caller)
    assert refused.json()["error"]["code"] == "too_many_streams"
    assert "x-should-retry" not in refused  # the official client comes back by itself
    assert not Recording.objects.exists()
    assert list(_follow(caller).json()) == ["detail"]


def test_a_stream_that_does_not_come_about_gives_its_place_back(caller: Caller, settings: Settings) -> None:
    settings.MAX_STREAMS = 1
    settings.MAX_QUEUE = 0
    assert ask(caller, stream="true").status_code == 503
    settings.MAX_QUEUE = 10
    caller.row.concurrent_transcripts = 0
    caller.row.save()
    assert ask(caller, stream="true").status_code == 429
    held = _follow(caller)
    held.close()
    assert held.status_code == 200
