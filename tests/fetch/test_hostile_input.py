"""Random URLs, redirects, DNS answers and server bytes: only our own errors come out, and no connection goes inside."""

import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetch.origin import Origin, page, redirect, running
from tests.fetch.wiretap import Wiretap, wiretap
from tests.thorough import thorough
from transcripts.fetch import FetchError, FetchLimits, RefusedUrl, UpstreamError, checked_address, open_url

INSIDE = [
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "0.0.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "fe80::1%1",
]
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"]
ADDRESSES = st.ip_addresses().map(str) | st.sampled_from([*INSIDE, *OUTSIDE])
NUMBERS = st.integers(0, 2**32) | st.sampled_from([127, 0, 1, 10, 169, 254, 192, 168, 0x7F000001])
SPELLED = st.tuples(st.sampled_from(["{:d}", "0{:o}", "{:#x}", "00{:d}"]), NUMBERS).map(
    lambda pair: pair[0].format(pair[1])
)
HOSTS = (
    st.lists(SPELLED, min_size=1, max_size=5).map(".".join)
    | ADDRESSES
    | ADDRESSES.map("[{}]".format)
    | st.sampled_from(["localhost", "media.example", "a_b", "xn--e1afmkfd.example", "LOCALHOST.", "%31%32%37.0.0.1"])
    | st.text(max_size=20)
)
SCHEMES = st.sampled_from(
    ["http://", "https://", "HTTP://", "http:", "http:/", "//", "ftp://", "file://", "", " http://"]
)
USERS = st.sampled_from(["", "", "", "user@", "user:pass@", "@", "8.8.8.8@", "8.8.8.8\\@", "8.8.8.8#@", "8.8.8.8%00@"])
PORTS = st.sampled_from(["", "", ":", ":80", ":8080", ":22", ":0", ":99999", ":-1", ":80@127.0.0.1"])
PATHS = st.sampled_from(["", "/", "/a.mp3", "?q", "#f", "\\", "/\r\nHost: x"]) | st.text(max_size=10).map("/{}".format)
URLS = st.tuples(SCHEMES, USERS, HOSTS, PORTS, PATHS).map("".join) | st.text(max_size=40)
ANSWERS = st.lists(ADDRESSES, max_size=3)


def is_inside(text: str) -> bool:
    """An opinion of what is not public that shares no table with the code under test."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        if address in ip_network("64:ff9b::/96"):
            return is_inside(str(ipaddress.IPv4Address(address.packed[-4:])))
        if address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local:
            return True
    return not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified


def nobody_is_reachable(peer: tuple[str, int]) -> bool:
    return False


@pytest.fixture(scope="module")
def tap() -> Iterator[Wiretap]:
    with wiretap(nobody_is_reachable) as tap:
        yield tap


@given(url=URLS, answers=ANSWERS)
@thorough(300)
def test_no_url_connects_inside_or_fails_in_an_unknown_way(
    tap: Wiretap, public: FetchLimits, url: str, answers: list[str]
) -> None:
    tap.connections.clear()
    tap.lookups.clear()
    with pytest.raises((RefusedUrl, UpstreamError)), open_url(url, public, resolve=lambda _host: answers):
        pass
    assert [peer for peer in tap.connections if is_inside(peer[0])] == []
    assert {host for host, _ in tap.connections} <= {str(address) for address in _possible(url, answers, public)}
    assert tap.lookups == []


def _possible(
    url: str, answers: list[str], limits: FetchLimits
) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...]:
    with suppress(FetchError):
        return checked_address(url, limits, resolve=lambda _host: answers).addresses
    return ()


@given(answers=st.lists(st.sampled_from([*INSIDE, *OUTSIDE]), min_size=1, max_size=4))
@thorough(100)
def test_a_name_is_connected_to_exactly_if_all_its_addresses_are_outside(
    tap: Wiretap, public: FetchLimits, answers: list[str]
) -> None:
    tap.connections.clear()
    with (
        pytest.raises((RefusedUrl, UpstreamError)),
        open_url("http://a.example/", public, resolve=lambda _host: answers),
    ):
        pass
    assert [host for host, _ in tap.connections] == ([] if set(answers) & set(INSIDE) else answers)


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with running(b"") as origin:
        yield origin


def one_peer_only(limits: FetchLimits) -> FetchLimits:
    return replace(limits, allowed_networks=(ip_network("127.0.0.1/32"),), total_seconds=5)


@given(location=URLS.map(lambda url: url.encode("utf-8", "ignore").decode("latin-1")), answers=ANSWERS)
@thorough(150)
def test_no_redirect_connects_inside(loopback: FetchLimits, origin: Origin, location: str, answers: list[str]) -> None:
    peer = ("127.0.0.1", origin.port)
    origin.answers = [redirect(location), page(status="404 Not Found")]
    limits = one_peer_only(loopback)
    with (
        wiretap(lambda reached: reached == peer) as tap,
        pytest.raises(FetchError),
        open_url(origin.url(), limits, resolve=lambda _host: answers),
    ):
        pass
    assert [host for host, _ in tap.connections if host != "127.0.0.1" and is_inside(host)] == []


@given(
    head=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]),
    rest=st.binary(max_size=300) | st.text("-0123456789abcf;\r\n :", max_size=60).map(str.encode),
)
@thorough(200)
def test_no_answer_fails_in_an_unknown_way(loopback: FetchLimits, origin: Origin, head: bytes, rest: bytes) -> None:
    origin.answers = [head + rest]
    with suppress(FetchError), open_url(origin.url(), one_peer_only(loopback)) as download:
        received = b"".join(download.chunks())
        assert len(received) <= len(rest)
