"""Request bodies from the socket, through gunicorn's own readers: without a length, silent, longer than wanted."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from gunicorn.http.body import Body, ChunkedReader, LengthReader  # type: ignore[import-untyped]
from gunicorn.http.unreader import SocketUnreader  # type: ignore[import-untyped]

from tests.e2e.wire import chunked
from whisperhub import bodies, patient_socket
from whisperhub.bodies import receiving_bodies
from whisperhub.patient_socket import PatientSocket

PATCH = {"REQUEST_METHOD": "PATCH", "CONTENT_TYPE": "application/offset+octet-stream"}
Line = tuple[socket.socket, PatientSocket]


@pytest.fixture
def line() -> Iterator[Line]:
    """The client's end of a connection, and the server's."""
    client, plain = socket.socketpair()
    with client, PatientSocket.of(plain) as server:
        yield client, server


def _environ(server: PatientSocket, length: int | None, **more: str) -> dict[str, Any]:
    unreader = SocketUnreader(server)
    reader = ChunkedReader(SimpleNamespace(), unreader) if length is None else LengthReader(unreader, length)
    said = {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}
    return {"wsgi.input": Body(reader), "gunicorn.socket": server, **said, **PATCH, **more}


def _send(client: socket.socket, pieces: Iterable[bytes]) -> threading.Thread:
    def send() -> None:
        for piece in pieces:
            client.sendall(piece)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def _run(environ: dict[str, Any], view: Any) -> None:
    """As gunicorn does: the view reads, the answer is sent, the answer is closed."""

    def application(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        view(environ)
        return [b"answer"]

    answer = receiving_bodies(application)(environ, None)
    list(answer)
    getattr(answer, "close", lambda: None)()


def test_a_part_of_an_upload_in_chunks_streams_on_beyond_what_a_form_may_have(line: Line) -> None:
    client, server = line
    sent = bytes(range(256)) * 4 * 1024 * 4
    assert len(sent) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    sender = _send(client, chunked(sent))
    received = bytearray()

    def view(environ: dict[str, Any]) -> None:
        assert int(environ["CONTENT_LENGTH"]) > settings.MAX_UPLOAD_BYTES
        while piece := environ["wsgi.input"].read(64 * 1024):
            received.extend(piece)

    _run(_environ(server, None), view)
    sender.join()
    assert bytes(received) == sent


def test_another_body_in_chunks_is_given_with_its_length(line: Line) -> None:
    client, server = line
    client.sendall(b"".join(chunked(b'{"a": 1}')))
    seen = {}

    def view(environ: dict[str, Any]) -> None:
        seen[environ["CONTENT_LENGTH"]] = environ["wsgi.input"].read()

    _run(_environ(server, None, CONTENT_TYPE="application/json"), view)
    assert seen == {"8": b'{"a": 1}'}


@pytest.mark.parametrize("length", [100, None], ids=["with a length", "in chunks"])
def test_a_sender_who_falls_silent_is_not_waited_for(
    length: int | None, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_socket, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.1)
    client, server = line
    client.sendall(b"half of it" if length else b"64\r\nhalf of it")
    words = []

    def view(environ: dict[str, Any]) -> None:
        with pytest.raises(OSError, match="came too slowly, or stopped coming") as caught:
            environ["wsgi.input"].read(64)
        words.append(str(caught.value))
        assert server.gettimeout() is None, "the answer must not be hurried"

    _run(_environ(server, length), view)
    assert len(words) == 1


def test_a_sender_who_pauses_is_waited_for(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_socket, "PATIENCE_SECONDS", 20.0)
    client, server = line

    def slowly() -> Iterator[bytes]:
        for piece in (b"one ", b"two ", b"three"):
            time.sleep(0.1)
            yield piece

    sender = _send(client, slowly())
    received = []
    _run(_environ(server, 13), lambda environ: received.append(environ["wsgi.input"].read(100)))
    sender.join()
    assert received == [b"one two three"]


@pytest.mark.parametrize("came_with_the_headers", [b"", b"on", b"one two", b"one two three", b"one two threeGET /"])
def test_of_a_body_with_a_length_every_byte_is_read_and_none_of_the_next_request(
    came_with_the_headers: bytes, line: Line
) -> None:
    client, server = line
    client.sendall(b"one two threeGET /"[len(came_with_the_headers) :])
    environ = _environ(server, 13)
    unreader = environ["wsgi.input"].reader.unreader
    unreader.unread(came_with_the_headers)
    received = []

    def view(environ: dict[str, Any]) -> None:
        while piece := environ["wsgi.input"].read(5):
            received.append(piece)

    _run(environ, view)
    client.shutdown(socket.SHUT_WR)
    assert received == [b"one t", b"wo th", b"ree"]
    assert unreader.take_buffered() + server.recv(100) == b"GET /"


def test_a_body_that_ends_too_early_is_given_as_far_as_it_came(line: Line) -> None:
    client, server = line
    client.sendall(b"half of")
    client.shutdown(socket.SHUT_WR)
    received = []
    _run(_environ(server, 13), lambda environ: received.append(environ["wsgi.input"].read()))
    assert received == [b"half of"]


def test_what_a_view_did_not_want_is_read_past_so_that_its_sender_can_read_the_answer(line: Line) -> None:
    client, server = line
    sender = _send(client, [bytes(1024 * 1024)])  # far more than a socket holds: it ends only if somebody reads
    _run(_environ(server, 1024 * 1024), lambda environ: environ["wsgi.input"].read(10))
    sender.join(timeout=5)
    assert not sender.is_alive()


def test_a_request_without_a_body_is_left_alone(line: Line) -> None:
    _, server = line
    environ = _environ(server, 0)
    body = environ["wsgi.input"]
    _run(environ, lambda environ: None)
    assert environ["wsgi.input"] is body
