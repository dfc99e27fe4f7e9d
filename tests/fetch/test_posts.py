"""A small body to a URL that a caller gave: through the same guard, and nothing is followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fetch.origin import Origin, drip, page, redirect
from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchLimits, FetchTimeout, RefusedUrl, UpstreamError
from transcripts.fetch.post import Answer, post

Serve = Callable[..., Origin]
HEADERS = {"Content-Type": "application/json", "webhook-id": "4711"}


def test_the_body_and_headers_arrive_and_the_answer_comes_back(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"thanks", status="202 Accepted"))
    assert post(origin.url("/hook?a=1"), b'{"a": 1}', HEADERS, loopback) == Answer(202, "thanks")
    request = origin.requests[0]
    assert request.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    for line in (b"Content-Length: 8", b"Content-Type: application/json", b"webhook-id: 4711"):
        assert line + b"\r\n" in request


def test_a_redirect_is_an_answer_and_is_not_followed(serve: Serve, loopback: FetchLimits) -> None:
    target = serve(page(b"secret"))
    assert post(serve(redirect(target.url())).url(), b"", {}, loopback).status == 302
    assert target.requests == []


def test_an_address_that_is_not_public_is_refused_before_anything_is_sent(serve: Serve, public: FetchLimits) -> None:
    origin = serve(page())
    with wiretap() as tap, pytest.raises(RefusedUrl):
        post(origin.url(), b"x", {}, replace(public, allowed_ports=range(65536)))
    assert tap.connections == []


def test_of_a_long_answer_only_the_beginning_is_read(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"\xff" + b"x" * 500_000))
    assert post(origin.url(), b"", {}, replace(loopback, max_bytes=4)) == Answer(200, "�xxx")


@pytest.mark.parametrize(
    "answer",
    [drip(b"HTTP/1.1 200 OK\r\n\r\nab", b""), b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"],
    ids=["slow", "cut off"],
)
def test_an_answer_counts_by_its_status_though_its_body_never_ends(
    serve: Serve, loopback: FetchLimits, answer: object
) -> None:
    origin = serve(answer)
    assert post(origin.url(), b"", {}, replace(loopback, total_seconds=0.3)).status == 200


def test_no_answer_is_an_error_in_words(serve: Serve, loopback: FetchLimits) -> None:
    with pytest.raises(UpstreamError, match="did not answer in proper HTTP"):
        post(serve(b"nonsense\r\n\r\n").url(), b"", {}, loopback)
    with pytest.raises(FetchTimeout):
        post(serve(drip(b"HT", b"")).url(), b"", {}, replace(loopback, total_seconds=0.3))
