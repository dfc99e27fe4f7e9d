"""Chunked bodies in any shape: what a view reads is what was in the chunks, or the connection counts as broken."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.conf import settings
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from tests.thorough import thorough
from tests.wiring.test_bodies import PATCH, _run
from whisperhub import bodies
from whisperhub.patient_socket import PatientSocket

HEAD = b"PATCH / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
SIZES = st.sampled_from(
    [
        b"0",
        b"1",
        b"5",
        b"ff",
        b"FFFFFFFFFFFFFFFFFF",
        b"-1",
        b"0x5",
        b"5;name=value",
        b" 5",
        b"5 ",
        b"+5",
        b"5_0",
        b"",
        b"g",
    ]
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b""])
CHUNKS = st.tuples(SIZES, ENDS, st.binary(max_size=10) | st.just(b"12345"), ENDS).map(b"".join)
SOUND = st.binary(min_size=1, max_size=40).map(lambda data: b"%x\r\n%s\r\n" % (len(data), data))
TRAILERS = [b"0\r\nTrailer: x\r\n\r\n", b"0\r\nTra iler\r\n\r\n", b"0\r\n" + b"x" * 9000]
TAILS = st.sampled_from([b"0\r\n\r\n", b"0\r\n", b"0", b"", *TRAILERS])


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender has sent all that it will, so nobody need wait for more."""
    monkeypatch.setattr(bodies, "LINGER_SECONDS", 0.1)


def _read(sent: bytes, **more: str) -> bytes | None:
    """All that a view reads of a body in chunks; None where the connection broke off to it."""
    client, plain = socket.socketpair()
    with client, PatientSocket.of(plain) as server:
        client.sendall(HEAD + sent)
        client.shutdown(socket.SHUT_WR)
        received: list[bytes | None] = []

        def view(environ: dict[str, Any]) -> None:
            try:
                received.append(b"".join(iter(lambda: environ["wsgi.input"].read(7), b"")))
            except OSError:
                received.append(None)

        request = next(RequestParser(Config(), server, ("127.0.0.1", 1)))
        said = {"wsgi.input": request.body, "gunicorn.socket": server, "HTTP_TRANSFER_ENCODING": "chunked"}
        _run({**said, **PATCH, **more}, view)
        return received[0]


@given(chunks=st.lists(SOUND | CHUNKS, max_size=4).map(b"".join), tail=TAILS)
@example(chunks=b"5\r\n12345\r\n", tail=b"")
@thorough(200)
def test_no_chunks_end_in_an_unknown_way(chunks: bytes, tail: bytes) -> None:
    read = _read(chunks + tail)
    assert read is None or len(read) <= len(chunks)


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=40), max_size=5),
    kind=st.sampled_from(["json", "offset+octet-stream"]),
)
@thorough(50)
def test_of_sound_chunks_every_byte_is_read(pieces: list[bytes], kind: str) -> None:
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    assert len(sent) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert _read(sent, CONTENT_TYPE=f"application/{kind}") == b"".join(pieces)
