"""Clients that let a request trickle in or an answer lie: each is let go after a while, and who only pauses is not."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.e2e.stack import free_port

# Gunicorn as the service runs it, but with little patience, above an application that tells how many bytes came, or
# gives many.
SERVER = """
import sys, tempfile
from whisperhub import bodies, patient_socket
patient_socket.PATIENCE_SECONDS, patient_socket.LEAST_RATE, bodies.LINGER_SECONDS = 3.0, 1000.0, 0.5
patient_socket.FAREWELL_SECONDS = 0.5
SIZE = int(sys.argv[2])

def application(environ, start_response):
    if environ["PATH_INFO"] in ("/memory", "/disk"):
        start_response("200 OK", [("Content-Length", str(SIZE))])
        if environ["PATH_INFO"] == "/memory":
            return (bytes(1 << 20) for _ in range(SIZE >> 20))
        file = tempfile.TemporaryFile()
        file.truncate(SIZE)
        return environ["wsgi.file_wrapper"](file)
    try:
        said = b"%d" % len(environ["wsgi.input"].read())
    except OSError as error:
        said = str(error).encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]

sys.modules["slow_app"] = type(sys)("slow_app")
sys.modules["slow_app"].application = bodies.receiving_bodies(application)
sys.argv = ["gunicorn", "slow_app", "--config", "python:whisperhub.gunicorn", "--bind", sys.argv[1]]
sys.argv += ["--workers", "1", "--threads", "1"]
from gunicorn.app.wsgiapp import run
run()
"""
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
# More than the buffers of both ends hold together.
LARGE = 64 << 20
SECONDS = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, int]]:
    """Where it listens. It has one thread: whoever holds that holds all."""
    address = ("127.0.0.1", free_port())
    command = [sys.executable, "-c", SERVER, f"{address[0]}:{address[1]}", str(LARGE)]
    with subprocess.Popen(command, cwd=settings.BASE_DIR) as process:
        try:
            deadline = time.monotonic() + SECONDS
            while _answer_to(address, [HEAD % 2, b"ab"]) != b"2":
                assert time.monotonic() < deadline, "it does not start"
                time.sleep(0.1)
            yield address
        finally:
            process.kill()


def _answer_to(address: tuple[str, int], pieces: list[bytes], pause: float = 0.0) -> bytes:
    """The body of the answer to a request that comes in these pieces; empty if the connection is closed without one."""
    try:
        with socket.create_connection(address, timeout=SECONDS) as connection:
            threading.Thread(target=_send, args=(connection, pieces, pause), daemon=True).start()
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    except ConnectionError:
        return b""
    return answer.partition(b"\r\n\r\n")[2]


def _send(connection: socket.socket, pieces: list[bytes], pause: float) -> None:
    try:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
    except OSError:
        return  # the server has had enough


def test_headers_that_trickle_in_are_not_waited_for_to_their_end(server: tuple[str, int]) -> None:
    request = HEAD % 2 + b"ab"
    assert _answer_to(server, [request[at : at + 1] for at in range(len(request))], 0.1) == b""


def test_a_body_that_trickles_in_is_broken_off_in_words(server: tuple[str, int]) -> None:
    said = _answer_to(server, [HEAD % 1000, *[b"x"] * 1000], 0.1)
    assert b"The request came too slowly" in said


def test_a_body_that_comes_steadily_is_read_to_its_end_however_long_it_takes(server: tuple[str, int]) -> None:
    assert _answer_to(server, [HEAD % 60_000, *[b"x" * 1000] * 60], 0.1) == b"60000"


def _asking(address: tuple[str, int], path: str) -> socket.socket:
    """Where the answer comes, of which nothing is read yet."""
    connection = socket.create_connection(address, timeout=SECONDS)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    return connection


@pytest.mark.parametrize("path", ["/memory", "/disk"])
def test_an_answer_that_nobody_reads_is_given_up(server: tuple[str, int], path: str) -> None:
    with _asking(server, path) as silent:
        assert _answer_to(server, [HEAD % 2, b"ab"]) == b"2"  # by the one thread that there is
        silent.setblocking(True)
        assert len(_rest(silent)) < LARGE


@pytest.mark.parametrize("path", ["/memory", "/disk"])
def test_an_answer_that_is_read_with_pauses_is_sent_to_its_end(server: tuple[str, int], path: str) -> None:
    with _asking(server, path) as reader:
        head = b""
        while b"\r\n\r\n" not in head:
            head += reader.recv(1)
        for _ in range(8):  # together they are longer than the patience
            time.sleep(0.5)
            _read(reader, LARGE // 8)
        assert reader.recv(1) == b""


def test_a_client_that_leaves_its_connection_open_holds_up_nobody(server: tuple[str, int]) -> None:
    with _asking(server, "/") as open_still:
        assert _rest(open_still).endswith(b"0")
        assert _answer_to(server, [HEAD % 2, b"ab"]) == b"2"


def _rest(connection: socket.socket) -> bytes:
    """All that comes until the other end closes, or breaks off."""
    found = bytearray()
    try:
        while part := connection.recv(1 << 20):
            found += part
    except ConnectionError:
        pass
    return bytes(found)


def _read(connection: socket.socket, size: int) -> None:
    while size:
        part = connection.recv(min(size, 1 << 20))
        assert part, f"it ended {size} bytes too early"
        size -= len(part)
