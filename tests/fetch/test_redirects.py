"""Every hop of a redirect goes through the guard like the first one."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.fetch.origin import Origin, page, redirect
from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchError, FetchLimits, RefusedUrl, UpstreamError, open_url

Serve = Callable[..., Origin]


def failure_of(url: str, limits: FetchLimits) -> FetchError:
    with pytest.raises(FetchError) as error, open_url(url, limits):
        pass
    return error.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(serve: Serve, loopback: FetchLimits, status: int) -> None:
    origin = serve(page(b"moved", "Location: /there/b.mp3?x=1#y", status=f"{status} Moved"), page(b"found"))
    with open_url(origin.url("/here/a.mp3"), loopback) as download:
        assert b"".join(download.chunks()) == b"found"
        assert download.final_url == origin.url("/there/b.mp3?x=1")
        assert download.filename == "b.mp3"
    assert [request.split(b"\r\n")[0] for request in origin.requests] == [
        b"GET /here/a.mp3 HTTP/1.1",
        b"GET /there/b.mp3?x=1 HTTP/1.1",
    ]


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:8080/",
        "http://[::ffff:127.0.0.1]:8080/",
        "http://2130706433:8080/",
        "//192.168.0.1/",
        "http://user:pass@127.0.0.1:8080/",
        "http://127.0.0.1:22/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:8080/",
        "http://[",
        "http://[::1",
        "\\\\10.0.0.1\\share",
    ],
)
def test_a_redirect_to_a_forbidden_url_is_refused(serve: Serve, loopback: FetchLimits, location: str) -> None:
    origin = serve(redirect(location))
    with wiretap() as tap:
        failure = failure_of(origin.url(), loopback)
    assert isinstance(failure, RefusedUrl)
    assert tap.connections == [("127.0.0.1", origin.port)]


@pytest.mark.parametrize("location", ["http:///a", "http:a", "///a"])
def test_what_some_would_take_for_another_host_stays_a_path_on_the_same_one(
    serve: Serve, loopback: FetchLimits, location: str
) -> None:
    origin = serve(redirect(location), page(b"same"))
    with wiretap() as tap, open_url(origin.url(), loopback) as download:
        assert b"".join(download.chunks()) == b"same"
    assert set(tap.connections) == {("127.0.0.1", origin.port)}


def test_a_redirect_to_a_name_inside_this_network_is_refused(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(redirect("http://intranet.example:8080/"))
    names = {"media.example": ["127.0.0.1"], "intranet.example": ["10.0.0.1"]}
    with (
        wiretap() as tap,
        pytest.raises(RefusedUrl, match=r"intranet\.example"),
        open_url(origin.url(host="media.example"), loopback, resolve=names.__getitem__),
    ):
        pass
    assert tap.connections == [("127.0.0.1", origin.port)]


def test_a_redirect_to_the_same_name_is_looked_up_and_checked_anew(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(redirect("/again"))
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    only_first = replace(loopback, allowed_networks=(ip_network("127.0.0.1/32"),))
    with (
        wiretap() as tap,
        pytest.raises(RefusedUrl),
        open_url(origin.url(host="rebind.example"), only_first, resolve=lambda _host: next(answers)),
    ):
        pass
    assert tap.connections == [("127.0.0.1", origin.port)]


def test_three_redirects_are_followed(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(redirect("/1"), redirect("/2"), redirect("/3"), page(b"end"))
    with open_url(origin.url(), loopback) as download:
        assert b"".join(download.chunks()) == b"end"


def test_a_fourth_redirect_is_not_followed(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(redirect("/round-and-round"))
    failure = failure_of(origin.url(), loopback)
    assert isinstance(failure, UpstreamError)
    assert str(failure) == "The URL was redirected more than 3 times."
    assert len(origin.requests) == 4


def test_a_redirect_without_a_location_is_an_error(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(status="302 Found"))
    failure = failure_of(origin.url(), loopback)
    assert str(failure) == "'127.0.0.1' redirects without saying where to."


def test_a_location_in_raw_utf8_means_its_bytes(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(redirect("/größe 1.mp3".encode().decode("latin-1")), page(b"found"))
    with open_url(origin.url(), loopback) as download:
        assert download.filename == "größe 1.mp3"
    assert origin.requests[1].startswith(b"GET /gr%C3%B6%C3%9Fe%201.mp3 HTTP/1.1")


def test_cookies_of_a_redirect_are_not_sent_on(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"", "Location: /b", "Set-Cookie: session=1", status="302 Found"), page(b"found"))
    with open_url(origin.url(), loopback) as download:
        assert b"".join(download.chunks()) == b"found"
    assert b"cookie" not in origin.requests[1].lower()
