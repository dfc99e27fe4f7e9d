"""Sending something to a caller's URL, as webhooks do, with the same guard in front."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fetch.origin import Origin, page, silence
from transcripts.fetch import Deadline, FetchLimits, FetchTimeout, checked_address, send_request, transport_errors

Serve = Callable[..., Origin]


def test_a_post_carries_its_body_and_headers_to_the_checked_address(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"thanks", status="202 Accepted"))
    checked = checked_address(origin.url("/hook", host="hook.example"), loopback, resolve=lambda _host: ["127.0.0.1"])
    headers = {"Content-Type": "application/json", "X-Signature": "abc", "Host": "evil.example"}
    with (
        send_request(checked, loopback, Deadline(5), method="POST", headers=headers, body=b'{"a":1}') as response,
        transport_errors(checked.url.host),
    ):
        buffer = bytearray(100)
        count = response.readinto(buffer)
        assert (response.status, bytes(buffer[:count])) == (202, b"thanks")
    lines = origin.requests[0].split(b"\r\n")
    assert lines[0] == b"POST /hook HTTP/1.1"
    assert f"Host: hook.example:{origin.port}".encode() in lines
    assert {b"Content-Type: application/json", b"X-Signature: abc", b"Content-Length: 7"} <= set(lines)
    assert b"Host: evil.example" not in lines


def test_a_redirect_is_handed_to_the_sender_and_not_followed(serve: Serve, loopback: FetchLimits) -> None:
    origin = serve(page(b"", "Location: http://10.0.0.1/", status="307 Elsewhere"))
    checked = checked_address(origin.url(), loopback)
    with send_request(checked, loopback, Deadline(5), method="POST", body=b"x") as response:
        assert response.status == 307
    assert len(origin.requests) == 1


def test_a_receiver_that_does_not_answer_is_given_up(serve: Serve, loopback: FetchLimits) -> None:
    checked = checked_address(serve(silence).url(), replace(loopback, connect_seconds=1))
    with pytest.raises(FetchTimeout), send_request(checked, loopback, Deadline(0.2), method="POST", body=b"x"):
        pass
