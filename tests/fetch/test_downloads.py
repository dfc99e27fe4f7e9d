"""What a download tells about itself, and how it fails."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.fetch.origin import Origin, page
from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchLimits, UpstreamError, open_url

Serve = Callable[..., Origin]


def test_a_download_tells_its_name_type_size_and_url(serve: Serve, loopback: FetchLimits) -> None:
    headers = ("Content-Type: Audio/MPEG; x=y", 'Content-Disposition: attachment; filename="talk.mp3"')
    origin = serve(page(b"12345", *headers))
    with open_url(origin.url("/file?id=7#t=3"), loopback) as download:
        assert download.filename == "talk.mp3"
        assert download.content_type == "audio/mpeg"
        assert download.content_length == 5
        assert download.final_url == origin.url("/file?id=7")
        assert list(download.chunks()) == [b"12345"]


def test_a_download_without_headers_says_that_it_does_not_know(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(b"HTTP/1.1 200 OK\r\n\r\n12345")
    with open_url(origin.url(), loopback) as download:
        assert (download.filename, download.content_type, download.content_length) == ("download", "", None)
        assert list(download.chunks()) == [b"12345"]


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="this machine has no IPv6")
def test_a_download_works_over_ipv6(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"six"), address="::1")
    with open_url(origin.url("/a"), replace(loopback, allowed_networks=(ip_network("::1/128"),))) as download:
        assert b"".join(download.chunks()) == b"six"
        assert download.final_url == f"http://[::1]:{origin.port}/a"
    assert f"Host: [::1]:{origin.port}\r\n".encode() in origin.requests[0]


def test_an_empty_body_yields_no_chunks(serve: Serve, loopback: FetchLimits) -> None:
    with open_url(serve(page(b"")).url(), loopback) as download:
        assert list(download.chunks()) == []


@pytest.mark.parametrize("status", ["304 Not Modified", "400 Bad", "401 No", "404 Not Found", "500 Oh", "103 Early"])
def test_a_status_other_than_success_is_an_error_with_words(serve: Serve, loopback: FetchLimits, status: str) -> None:
    origin = serve(page(b"<script>", status=status))
    with (
        pytest.raises(UpstreamError, match=f"^'127.0.0.1' answered with status {status[:3]} instead of a file.$"),
        open_url(origin.url(), loopback),
    ):
        pass


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"\x16\x03\x01\x00\x05",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_an_answer_that_is_not_http_is_an_error(serve: Serve, loopback: FetchLimits, answer: bytes) -> None:
    with pytest.raises(UpstreamError), open_url(serve(answer).url(), loopback):
        pass


def test_a_refused_connection_is_an_error_with_words(loopback: FetchLimits) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        with (
            pytest.raises(UpstreamError, match=r"The connection to '127.0.0.1' failed: Connection refused\."),
            open_url(url, loopback),
        ):
            pass


def test_a_connection_reset_in_the_middle_is_an_error(serve: Serve, loopback: FetchLimits) -> None:
    def reset(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n12345")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with pytest.raises(UpstreamError), open_url(serve(reset).url(), loopback) as download:
        list(download.chunks())


def store(chunks: Iterator[bytes]) -> None:
    next(chunks)
    raise OSError("disk full")


def test_an_error_of_the_reader_passes_unchanged(serve: Serve, loopback: FetchLimits) -> None:
    with pytest.raises(OSError, match="disk full"), open_url(serve(page(b"12345")).url(), loopback) as download:
        store(download.chunks())


def test_proxies_and_credentials_of_the_environment_are_not_used(
    serve: Serve, loopback: FetchLimits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxy = serve(page(b"proxied"))
    origin = serve(page(b"direct"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url())
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with wiretap() as tap, open_url(origin.url(), loopback) as download:
        assert b"".join(download.chunks()) == b"direct"
    assert tap.connections == [("127.0.0.1", origin.port)]
    names = {line.split(b":")[0].lower() for line in origin.requests[0].split(b"\r\n")[1:] if line}
    assert names == {b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"}


def test_downloads_on_many_threads_do_not_mix(serve: Serve, loopback: FetchLimits) -> None:
    bodies = {f"/{number}": bytes([number]) * 200_000 for number in range(12)}
    origins = {path: serve(page(body)) for path, body in bodies.items()}

    def fetch(path: str) -> tuple[str, bytes]:
        with open_url(origins[path].url(path), loopback) as download:
            return path, b"".join(download.chunks())

    with ThreadPoolExecutor(12) as pool:
        assert dict(pool.map(fetch, bodies)) == bodies
