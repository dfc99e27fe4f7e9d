"""TLS is verified for the name in the URL although the connection goes to an address."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fetch.origin import Origin, page, redirect, silence
from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchLimits, FetchTimeout, RefusedUrl, UpstreamError, open_url

Serve = Callable[..., Origin]
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


@dataclass
class Authority:
    """A certificate authority of our own and a server's certificate from it, for `media.example` only."""

    client: ssl.SSLContext
    server: ssl.SSLContext
    names_asked_for: list[str | None]


def openssl_req(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", "req", "-x509", *NEW_KEY, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    openssl_req(folder, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Authority of the tests")
    signed_by = ("-CA", "ca.pem", "-CAkey", "ca.key", "-subj", "/CN=media.example")
    extensions = ("-addext", "subjectAltName=DNS:media.example", "-addext", "basicConstraints=critical,CA:false")
    openssl_req(folder, *signed_by, *extensions, "-keyout", "server.key", "-out", "server.pem")
    return folder


@pytest.fixture
def authority(certificates: Path) -> Authority:
    names: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    server.sni_callback = lambda _connection, name, _context: names.append(name)
    return Authority(ssl.create_default_context(cafile=str(certificates / "ca.pem")), server, names)


def at_loopback(host: str) -> list[str]:
    return ["127.0.0.1"]


def test_a_certificate_for_the_name_is_accepted_and_the_name_is_sent(
    serve: Serve, loopback: FetchLimits, authority: Authority
) -> None:
    origin = serve(page(b"secret words"), tls=authority.server)
    url = origin.url("/a.mp3", host="media.example", scheme="https")
    with wiretap() as tap, open_url(url, loopback, resolve=at_loopback, tls=authority.client) as download:
        assert b"".join(download.chunks()) == b"secret words"
    assert authority.names_asked_for == ["media.example"]
    assert f"Host: media.example:{origin.port}\r\n".encode() in origin.requests[0]
    assert tap.connections == [("127.0.0.1", origin.port)]
    assert tap.lookups == []


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1", "sub.media.example"])
def test_a_certificate_for_another_name_is_not_accepted(
    serve: Serve, loopback: FetchLimits, authority: Authority, host: str
) -> None:
    origin = serve(page(), tls=authority.server)
    with (
        pytest.raises(UpstreamError, match=f"The TLS certificate of '{host}' was not accepted: .*mismatch"),
        open_url(origin.url(host=host, scheme="https"), loopback, resolve=at_loopback, tls=authority.client),
    ):
        pass
    assert origin.requests == []


def test_a_certificate_of_an_unknown_authority_is_not_accepted(
    serve: Serve, loopback: FetchLimits, authority: Authority
) -> None:
    origin = serve(page(), tls=authority.server)
    with (
        pytest.raises(UpstreamError, match="was not accepted"),
        open_url(origin.url(host="media.example", scheme="https"), loopback, resolve=at_loopback),
    ):
        pass
    assert origin.requests == []


def test_a_server_without_tls_is_an_upstream_error(loopback: FetchLimits) -> None:
    def greet(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        greeter = threading.Thread(target=greet, args=(listener,))
        greeter.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with (
            pytest.raises(UpstreamError, match=r"The TLS connection to '127\.0\.0\.1' failed"),
            open_url(url, loopback),
        ):
            pass
        greeter.join()


def test_a_handshake_that_never_comes_times_out(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(silence)
    with (
        pytest.raises(FetchTimeout),
        open_url(origin.url(scheme="https"), replace(loopback, connect_seconds=0.2)),
    ):
        pass


def test_a_redirect_from_https_to_http_is_refused(serve: Serve, loopback: FetchLimits, authority: Authority) -> None:
    unprotected = serve(page(b"never"))
    origin = serve(redirect(unprotected.url()), tls=authority.server)
    url = origin.url(host="media.example", scheme="https")
    with (
        pytest.raises(RefusedUrl, match="from https to unprotected http"),
        open_url(url, loopback, resolve=at_loopback, tls=authority.client),
    ):
        pass
    assert unprotected.requests == []


def test_a_redirect_from_http_to_https_is_followed(serve: Serve, loopback: FetchLimits, authority: Authority) -> None:
    protected = serve(page(b"safe"), tls=authority.server)
    origin = serve(redirect(protected.url(host="media.example", scheme="https")))
    url = origin.url(host="media.example")
    with open_url(url, loopback, resolve=at_loopback, tls=authority.client) as download:
        assert b"".join(download.chunks()) == b"safe"
