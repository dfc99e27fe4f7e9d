"""How much time, how many bytes and which networks one fetch may use."""

import time
from collections.abc import Container
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from transcripts.fetch.errors import FetchTimeout, gettext_noop

# The two web ports and their customary stand-ins. Mail, SSH, Redis, PostgreSQL and their like must not be talked to
# in HTTP, neither on public hosts nor in the networks that an operator allows; who needs more ports passes them in.
WEB_PORTS = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True)
class FetchLimits:
    """The limits of one fetch.

    Attributes:
        max_bytes: largest accepted body, in bytes; a body of exactly this size is accepted.
        total_seconds: from the first lookup to the last byte, over all redirects; the reader's own time counts too.
        connect_seconds: each of: one name lookup, one TCP connection, one TLS handshake.
        max_redirects: how many redirects are followed.
        allowed_networks: networks that may be reached although they are not public.
        allowed_ports: ports that may be reached, on any host.
    """

    max_bytes: int
    total_seconds: float
    connect_seconds: float
    max_redirects: int = 3
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    allowed_ports: Container[int] = WEB_PORTS


class Deadline:
    """One moment in (monotonic) time that every step of a fetch has to respect."""

    def __init__(self, seconds: float) -> None:
        """Start the clock: the deadline is `seconds` from now."""
        self._seconds = seconds
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds left, always above 0; raise FetchTimeout when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise FetchTimeout(
                gettext_noop("The transfer was not finished within %(seconds)g seconds."), seconds=self._seconds
            )
        return left
