"""The guard against server-side request forgery: from a URL that a caller gave to addresses that may be connected to.

A name is looked up once, here, and all of its addresses are checked. Whoever connects uses these very addresses
(`connection.send_request`) and never the name again, so that a second, different DNS answer finds nobody asking.
"""

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import ip_address

from transcripts.fetch.address import IPAddress, is_permitted
from transcripts.fetch.errors import FetchTimeout, RefusedUrl, UpstreamError, gettext_noop
from transcripts.fetch.limits import Deadline, FetchLimits
from transcripts.fetch.url import WebUrl, parse_url

logger = logging.getLogger(__name__)

# Host name in, addresses as text out; raises socket.gaierror where there are none.
Resolve = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class CheckedAddress:
    """A URL together with the addresses, at least one and all of them permitted, that it stands for."""

    url: WebUrl
    addresses: tuple[IPAddress, ...]


def system_addresses(host: str) -> list[str]:
    """Return all addresses of a host in the operating system's order of preference; raise socket.gaierror."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def checked_address(
    url: str, limits: FetchLimits, *, resolve: Resolve = system_addresses, deadline: Deadline | None = None
) -> CheckedAddress:
    """Parse the URL, look its host up once and check every address against `limits.allowed_networks`.

    Raises:
        RefusedUrl: malformed, or the host is unknown or has an address that is not permitted. One message covers both
            of the latter: the caller must not learn which names exist inside this network.
        FetchTimeout: no answer from the name servers within `limits.connect_seconds` or the deadline.
        UpstreamError: the name servers cannot answer at the moment.
    """
    parsed = parse_url(url, limits.allowed_ports)
    if parsed.literal is not None:
        addresses: tuple[IPAddress, ...] = (parsed.literal,)
    else:
        deadline = deadline or Deadline(limits.total_seconds)
        addresses = _lookup(parsed.host, resolve, min(limits.connect_seconds, deadline.remaining()))
    refused = [address for address in addresses if not is_permitted(address, limits.allowed_networks)]
    if refused:
        logger.warning("refused to connect to %s: not a public address: %s", parsed.host, refused[0])
    if refused or not addresses:
        raise _not_reachable(parsed.host)
    return CheckedAddress(parsed, addresses)


def _lookup(host: str, resolve: Resolve, seconds: float) -> tuple[IPAddress, ...]:
    """Look the host up on a thread of its own, because the C library's lookup takes no time limit.

    A lookup that is given up ends by itself when the resolver's own limit (resolv.conf) passes.
    """
    answer: Future[Sequence[str]] = Future()

    def work() -> None:
        try:
            answer.set_result(resolve(host))
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=work, name="fetch-lookup", daemon=True).start()
    try:
        return tuple(ip_address(text) for text in answer.result(timeout=seconds))
    except TimeoutError as error:
        raise FetchTimeout(gettext_noop("The host '%(host)s' could not be looked up in time."), host=host) from error
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise UpstreamError(
                gettext_noop("The host '%(host)s' cannot be looked up at the moment."), host=host
            ) from error
        raise _not_reachable(host) from error


def _not_reachable(host: str) -> RefusedUrl:
    return RefusedUrl(gettext_noop("The host '%(host)s' was not found, or is not on the public internet."), host=host)
