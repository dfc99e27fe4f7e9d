"""Sends a small body to a URL that a caller gave, through the same guard as a download. Nothing is followed."""

import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse

from transcripts.fetch.connection import send_request, transport_errors
from transcripts.fetch.errors import FetchError
from transcripts.fetch.guard import Resolve, checked_address, system_addresses
from transcripts.fetch.limits import Deadline, FetchLimits


@dataclass(frozen=True)
class Answer:
    """What the other server said.

    Attributes:
        status: the HTTP status, a redirect's too.
        excerpt: the first `max_bytes` of the body, with a replacement character for what is no UTF-8.
    """

    status: int
    excerpt: str


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    limits: FetchLimits,
    *,
    resolve: Resolve = system_addresses,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send one POST and return the answer. A body that breaks off or is too long does not matter: the status counts.

    Args:
        url: as the caller typed it.
        body: what to send.
        headers: its content type and the like.
        limits: of time, networks and ports; of the answer's body `max_bytes` are read.
        resolve: looks the host name up, once.
        tls: certificate authorities other than the operating system's.

    Raises:
        RefusedUrl, FetchTimeout, UpstreamError: as their names say; no status came.
    """
    deadline = Deadline(limits.total_seconds)
    checked = checked_address(url, limits, resolve=resolve, deadline=deadline)
    request = send_request(checked, limits, deadline, method="POST", headers=headers, body=body, tls=tls)
    with request as response:
        return Answer(response.status, _beginning(response, checked.url.host, limits.max_bytes))


def _beginning(response: HTTPResponse, host: str, max_bytes: int) -> str:
    buffer = memoryview(bytearray(max_bytes))
    filled = 0
    with suppress(FetchError), transport_errors(host):
        while count := response.readinto(buffer[filled:]):
            filled += count
    return bytes(buffer[:filled]).decode(errors="replace")
