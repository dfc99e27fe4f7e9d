"""Size and time: whatever a server sends, it ends at the limit."""

import gzip
import socket
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fetch.origin import Answer, Origin, drip, flood, page, silence
from transcripts.fetch import FetchLimits, FetchTimeout, TooLarge, UpstreamError, open_url

Serve = Callable[..., Origin]
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\n\r\n"

# The servers below would keep on for ever: without the limit under test, a test does not end.
pytestmark = pytest.mark.timeout(30)


def fetch(url: str, limits: FetchLimits) -> bytes:
    with open_url(url, limits) as download:
        return b"".join(download.chunks())


def chunked(*pieces: bytes) -> bytes:
    return CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


@pytest.mark.parametrize("frame", [page, chunked, lambda body: UNTIL_CLOSE + body])
def test_a_body_of_exactly_the_limit_arrives_whole(
    serve: Serve, loopback: FetchLimits, frame: Callable[[bytes], bytes]
) -> None:
    body = bytes(range(256)) * 1000
    assert fetch(serve(frame(body)).url(), replace(loopback, max_bytes=256_000)) == body


@pytest.mark.parametrize("frame", [page, chunked, lambda body: UNTIL_CLOSE + body])
def test_a_body_of_one_byte_more_is_too_large(
    serve: Serve, loopback: FetchLimits, frame: Callable[[bytes], bytes]
) -> None:
    origin = serve(frame(bytes(256_001)))
    with pytest.raises(TooLarge, match="larger than 256000 bytes"):
        fetch(origin.url(), replace(loopback, max_bytes=256_000))


def test_an_announced_size_over_the_limit_is_refused_before_the_body(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n", b""))
    with pytest.raises(TooLarge), open_url(origin.url(), loopback):
        pass


@pytest.mark.parametrize(
    "endless",
    [
        flood(UNTIL_CLOSE, bytes(65536)),
        flood(CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n"),
        flood(CHUNKED + b"fffffffffffffffffffffff\r\n", bytes(65536)),
        flood(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", bytes(65536)),
        flood(b"HTTP/1.1 200 OK\r\nContent-Length: all\r\n\r\n", bytes(65536)),
    ],
    ids=["until-close", "chunked", "one-huge-chunk", "negative-length", "no-number"],
)
def test_an_endless_body_stops_at_the_limit(serve: Serve, loopback: FetchLimits, endless: Answer) -> None:
    received: list[bytes] = []
    with pytest.raises(TooLarge), open_url(serve(endless).url(), loopback) as download:
        received.extend(download.chunks())
    assert sum(map(len, received)) <= loopback.max_bytes


@pytest.mark.parametrize(
    "endless",
    [
        flood(CHUNKED, b"-1\r\n"),
        flood(CHUNKED, b"1;" + b"x" * 60000 + b"\r\nA\r\n"),
        flood(CHUNKED + b"0\r\n", b"trailer: x\r\n"),
        flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["negative-chunks", "chunk-extensions", "trailers", "continue"],
)
def test_endless_framing_without_a_body_ends_at_the_deadline(
    serve: Serve, loopback: FetchLimits, endless: Answer
) -> None:
    with pytest.raises((FetchTimeout, TooLarge, UpstreamError)):
        fetch(serve(endless).url(), replace(loopback, total_seconds=0.3))


@pytest.mark.parametrize(
    "headers", [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 101 + b"\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000]
)
def test_oversized_headers_are_an_error(serve: Serve, loopback: FetchLimits, headers: bytes) -> None:
    with pytest.raises(UpstreamError, match="proper HTTP"):
        fetch(serve(headers).url(), loopback)


@pytest.mark.parametrize(
    "slow",
    [
        drip(b"HT", b""),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: x\r\n"),
        drip(UNTIL_CLOSE, b"x"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        drip(CHUNKED, b"1\r\nx\r\n"),
        drip(CHUNKED, b"0"),
        silence,
    ],
    ids=["status", "header", "headers", "until-close", "length", "chunks", "chunk-size", "silence"],
)
def test_a_server_that_drips_is_cut_off_at_the_deadline(serve: Serve, loopback: FetchLimits, slow: Answer) -> None:
    with pytest.raises(FetchTimeout):
        fetch(serve(slow).url(), replace(loopback, total_seconds=0.4))


def test_redirects_share_one_deadline(serve: Serve, loopback: FetchLimits) -> None:
    def slow_redirect(connection: socket.socket, stop: threading.Event) -> None:
        stop.wait(0.25)
        connection.sendall(page(b"", "Location: /", status="302 Found"))

    with pytest.raises(FetchTimeout):
        fetch(serve(slow_redirect).url(), replace(loopback, total_seconds=0.4))


def test_a_port_that_does_not_take_connections_times_out(loopback: FetchLimits) -> None:
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)  # a queue of one, which `first` fills
        first.connect(listener.getsockname())
        with pytest.raises(FetchTimeout, match="did not answer in time"):
            fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/", replace(loopback, connect_seconds=0.1))


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "br", "gzip, identity", "identity, gzip"])
def test_a_compressed_body_is_refused_unread(serve: Serve, loopback: FetchLimits, coding: str) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    origin = serve(page(bomb, f"Content-Encoding: {coding}"))
    with pytest.raises(UpstreamError, match="sent the file compressed"), open_url(origin.url(), loopback):
        pass
    assert b"Accept-Encoding: identity\r\n" in origin.requests[0]


def test_a_compressed_file_without_a_content_encoding_is_just_bytes(serve: Serve, loopback: FetchLimits) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    assert fetch(serve(page(bomb)).url(), loopback) == bomb


def test_a_compressed_transfer_encoding_is_refused(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")
    with pytest.raises(UpstreamError, match="transfer encoding"):
        fetch(origin.url(), loopback)


@pytest.mark.parametrize(
    "cut",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
        CHUNKED + b"a\r\n12345",
        CHUNKED + b"5\r\n12345\r\n",
        CHUNKED + b"five\r\n12345\r\n",
    ],
)
def test_a_body_that_is_cut_short_is_an_error(serve: Serve, loopback: FetchLimits, cut: bytes) -> None:
    with pytest.raises(UpstreamError):
        fetch(serve(cut).url(), loopback)
