"""A client that goes away while it waits: noticed, and its work cancelled only where it asked for that."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import Caller
from transcripts.api import connection
from transcripts.models import Status, Transcript

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ends(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Our end of the caller's connection, at which we look often, and the caller's."""
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(connection, "CANCEL_LOOK_SECONDS", 0.02)
    ours, theirs = socket.socketpair()
    extra: Any = {"gunicorn.socket": ours}
    caller.client.defaults |= extra
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize(
    ("query", "status"), [({}, Status.QUEUED), ({"cancel_on_disconnect": "true"}, Status.CANCELLED)]
)
@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_has_gone_is_not_waited_for(
    caller: Caller, ends: tuple[socket.socket, socket.socket], query: Any, status: Status, reset: bool
) -> None:
    ours, theirs = ends
    if reset:
        ours.send(b"something that the client closes without having read")
    theirs.close()
    caller.upload(wait=True, **query)
    assert Transcript.objects.get().status == status


@pytest.mark.usefixtures("ends")
def test_a_client_that_is_there_is_waited_for(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.2
    assert caller.upload(wait=True, cancel_on_disconnect="true").status_code == 202
    assert Transcript.objects.get().status == Status.QUEUED


def test_a_wish_that_cannot_be_is_refused_before_anything_is_stored(caller: Caller) -> None:
    assert caller.upload(wait=True, cancel_on_disconnect="maybe").status_code == 400
    assert not Transcript.objects.exists()
