"""A client that goes away while it waits: noticed, and its work cancelled only where it asked for that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import SAMPLE, Caller
from tests.rows import claimed
from tests.together import together
from transcripts import attendance, lifecycle
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


@pytest.mark.usefixtures("ends")
def test_whoever_is_told_to_come_back_for_it_finds_it(caller: Caller, settings: Settings) -> None:
    settings.SYNC_TIMEOUT = 0.2
    caller.upload(wait=True, cancel_on_disconnect="true")
    assert not attendance.leave(Transcript.objects.get().pk)


@pytest.mark.parametrize(
    ("headers", "query"),
    [({}, {}), ({}, {"cancel_on_disconnect": "true"}), ({"Idempotency-Key": "4711"}, {})],
    ids=["joined by one who waits", "joined by one who may go too", "the same key"],
)
def test_a_client_that_goes_ends_nothing_on_which_another_request_waits(
    caller: Caller, ends: tuple[socket.socket, socket.socket], headers: dict[str, str], query: dict[str, str]
) -> None:
    _, theirs = ends
    staying, listening = Caller(caller.row, caller.key), threading.Event()

    def stay() -> int:
        listening.set()
        return int(post(staying, headers, query).status_code)

    def go() -> int:
        listening.wait(10)
        while not Transcript.objects.exists():
            pass
        theirs.close()
        answer = post(caller, headers, {"cancel_on_disconnect": "true"})
        lifecycle.complete(claimed(Transcript.objects.get()), processing_ms=1)
        return int(answer.status_code)

    def post(client: Caller, headers: dict[str, str], query: dict[str, str]) -> Any:
        file = SimpleUploadedFile("a.flac", SAMPLE.read_bytes())
        return client.client.post("/transcribe", {"file": file}, query_params=query, headers=headers)

    assert together(stay, go) == [200, 202]
    assert Transcript.objects.get().status == Status.DONE
