"""One lookup per hop, all answers checked, and the connection goes to a checked answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.fetch.origin import Origin, page
from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchLimits, FetchTimeout, RefusedUrl, UpstreamError, checked_address, open_url

Serve = Callable[..., Origin]


def body_of(url: str, limits: FetchLimits, resolve: Callable[[str], list[str]]) -> bytes:
    with open_url(url, limits, resolve=resolve) as download:
        return b"".join(download.chunks())


def test_a_name_that_changes_its_answer_is_asked_once_and_the_checked_answer_is_used(
    serve: Serve, loopback: FetchLimits
) -> None:
    origin = serve(page(b"first"))
    only_first = replace(loopback, allowed_networks=(ip_network("127.0.0.1/32"),))
    answers: Iterator[list[str]] = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]])
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return next(answers)

    with wiretap() as tap:
        assert body_of(origin.url(host="rebind.example"), only_first, rebinding) == b"first"
    assert asked == ["rebind.example"]
    assert tap.connections == [("127.0.0.1", origin.port)]
    assert tap.lookups == []


def test_the_next_download_of_a_rebound_name_is_checked_again(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"first"))
    only_first = replace(loopback, allowed_networks=(ip_network("127.0.0.1/32"),))
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    url = origin.url(host="rebind.example")
    body_of(url, only_first, lambda _host: next(answers))
    with wiretap() as tap, pytest.raises(RefusedUrl):
        body_of(url, only_first, lambda _host: next(answers))
    assert tap.connections == []


def test_the_host_header_carries_the_name_and_not_the_address(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page())
    body_of(origin.url("/a.mp3?x=1", host="media.example"), loopback, lambda _host: ["127.0.0.1"])
    lines = origin.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /a.mp3?x=1 HTTP/1.1"
    assert [line for line in lines if line.lower().startswith("host:")] == [f"Host: media.example:{origin.port}"]


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["127.0.0.1", "::1"], ["8.8.8.8", "fe80::1%2", "127.0.0.1"]],
)
def test_one_forbidden_address_among_several_refuses_the_name(addresses: list[str], loopback: FetchLimits) -> None:
    with wiretap() as tap, pytest.raises(RefusedUrl):
        body_of("http://several.example:8080/", loopback, lambda _host: addresses)
    assert tap.connections == []


def test_a_dead_address_is_passed_over_for_the_next_checked_one(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"second"), address="127.0.0.2")
    with wiretap() as tap:
        body = body_of(origin.url(host="two.example"), loopback, lambda _host: ["127.0.0.1", "127.0.0.2"])
    assert body == b"second"
    assert tap.connections == [("127.0.0.1", origin.port), ("127.0.0.2", origin.port)]


def test_a_name_of_this_machine_is_refused_after_a_real_lookup(public: FetchLimits) -> None:
    with wiretap() as tap, pytest.raises(RefusedUrl):
        checked_address("http://localhost/", public)
    assert tap.lookups == ["localhost"]
    assert tap.connections == []


def test_a_name_of_this_machine_is_reached_where_its_network_is_allowed(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"here"))
    both = replace(loopback, allowed_networks=(*loopback.allowed_networks, ip_network("::1/128")))
    with open_url(origin.url(host="localhost"), both) as download:
        assert b"".join(download.chunks()) == b"here"


def refusal_of(host: str, limits: FetchLimits, resolve: Callable[[str], list[str]]) -> str:
    with pytest.raises(RefusedUrl) as error:
        checked_address(f"http://{host}/", limits, resolve=resolve)
    return str(error.value)


def test_a_caller_cannot_tell_an_internal_name_from_an_unknown_one(public: FetchLimits) -> None:
    def unknown(host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    texts = {
        refusal_of("intranet", public, unknown),
        refusal_of("intranet", public, lambda _host: []),
        refusal_of("intranet", public, lambda _host: ["10.0.0.7"]),
    }
    assert texts == {"The host 'intranet' was not found, or is not on the public internet."}


def test_name_servers_that_fail_for_the_moment_are_not_the_callers_fault(public: FetchLimits) -> None:
    def failing(host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(UpstreamError, match="cannot be looked up at the moment"):
        checked_address("http://media.example/", public, resolve=failing)


def test_a_lookup_that_never_ends_is_given_up(public: FetchLimits) -> None:
    end = threading.Event()

    def hanging(host: str) -> list[str]:
        end.wait()
        return ["8.8.8.8"]

    try:
        with pytest.raises(FetchTimeout, match="could not be looked up in time"):
            checked_address("http://media.example/", replace(public, connect_seconds=0.1), resolve=hanging)
    finally:
        end.set()
