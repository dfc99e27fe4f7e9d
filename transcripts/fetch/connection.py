"""One HTTP request over a connection to an address that was checked, under a deadline that covers every byte.

The standard library's `http.client` speaks HTTP here: it reads no proxy, netrc or cookie settings from the environment,
follows nothing, decodes nothing and keeps no pool, so there is nothing to switch off.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from transcripts.fetch.address import IPAddress
from transcripts.fetch.errors import FetchTimeout, UpstreamError, gettext_noop
from transcripts.fetch.guard import CheckedAddress
from transcripts.fetch.limits import Deadline, FetchLimits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Identity: what arrives is what was counted, and no compressed bomb can unfold on this side.
_HEADERS = {"User-Agent": "WhisperHub", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


@contextmanager
def send_request(
    checked: CheckedAddress,
    limits: FetchLimits,
    deadline: Deadline,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[http.client.HTTPResponse]:
    """Send one request and yield the response with its headers read and its body not; close everything afterwards.

    Read the body by `readinto` inside of `transport_errors`. Errors of the `with` block itself pass unchanged.

    Args:
        checked: where to; the name is not looked up again.
        limits: of them, only `connect_seconds`.
        deadline: until when the answer's headers have to be here, and later its last byte.
        method: "GET" or another verb.
        headers: more headers, such as a content type or a signature.
        body: what to send.
        tls: certificate authorities other than the system's.

    Raises:
        FetchTimeout, UpstreamError: as their names say.
    """
    host = checked.url.host
    with closing(_PinnedConnection(checked, limits.connect_seconds, deadline, tls or _system_tls())) as connection:
        with transport_errors(host):
            all_headers = {**_HEADERS, **(headers or {}), "Host": checked.url.authority}
            connection.request(method, checked.url.target, body=body, headers=all_headers)
            response = connection.getresponse()
        with response:
            yield response


@contextmanager
def transport_errors(host: str) -> Iterator[None]:
    """Turn what sockets, TLS and HTTP raise into FetchTimeout or UpstreamError, in words for the caller."""
    try:
        yield
    except TimeoutError as error:
        raise FetchTimeout(gettext_noop("'%(host)s' did not answer in time."), host=host) from error
    except ssl.SSLCertVerificationError as error:
        words = gettext_noop("The TLS certificate of '%(host)s' was not accepted: %(reason)s.")
        raise UpstreamError(words, host=host, reason=error.verify_message) from error
    except ssl.SSLError as error:
        words = gettext_noop("The TLS connection to '%(host)s' failed: %(reason)s.")
        raise UpstreamError(words, host=host, reason=error.reason or "broken off") from error
    except OSError as error:
        words = gettext_noop("The connection to '%(host)s' failed: %(reason)s.")
        raise UpstreamError(words, host=host, reason=error.strerror or "closed too early") from error
    except http.client.HTTPException as error:
        words = gettext_noop("'%(host)s' did not answer in proper HTTP, or stopped in the middle.")
        raise UpstreamError(words, host=host) from error


@cache
def _system_tls() -> ssl.SSLContext:
    """The operating system's certificate authorities; loading them takes milliseconds, sharing them is thread-safe."""
    return ssl.create_default_context()


class _PinnedConnection(http.client.HTTPConnection):
    """A connection whose `connect` goes to the checked addresses and nowhere else."""

    def __init__(
        self, checked: CheckedAddress, connect_seconds: float, deadline: Deadline, tls: ssl.SSLContext
    ) -> None:
        super().__init__(checked.url.host, checked.url.port)
        self._checked = checked
        self._connect_seconds = connect_seconds
        self._deadline = deadline
        self._tls = tls

    def connect(self) -> None:
        """Connect to the first checked address that answers; for https, verify the name that the URL contains."""
        self.sock = _DeadlineSocket(self._secured(self._dial_any()), self._deadline)

    def _dial_any(self) -> socket.socket:
        failure = OSError("no address")
        for address in self._checked.addresses:
            try:
                return self._dial(address)
            except OSError as error:
                failure = error
        raise failure

    def _dial(self, address: IPAddress) -> socket.socket:
        family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(self._patience())
            plain.connect((str(address), self._checked.url.port))
        except BaseException:
            plain.close()
            raise
        return plain

    def _secured(self, plain: socket.socket) -> socket.socket:
        if self._checked.url.scheme == "http":
            return plain
        try:
            plain.settimeout(self._patience())
            return self._tls.wrap_socket(plain, server_hostname=self._checked.url.host)
        except BaseException:
            plain.close()
            raise

    def _patience(self) -> float:
        return min(self._connect_seconds, self._deadline.remaining())


class _DeadlineSocket:
    """What `http.client` needs of a socket, each call limited to the time that is left.

    A socket's own timeout starts anew with every byte, so a server that drips would never run into it.
    """

    def __init__(self, wrapped: socket.socket, deadline: Deadline) -> None:
        self._wrapped = wrapped
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send everything; the socket counts its timeout over the whole call."""
        self._wrapped.settimeout(self._deadline.remaining())
        self._wrapped.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader of bytes, the only mode that `http.client` asks for; it keeps the connection open."""
        return io.BufferedReader(_DeadlineReader(self._wrapped, self._deadline))

    def close(self) -> None:
        """Close the socket, or leave that to the reader if there is one."""
        self._wrapped.close()


class _DeadlineReader(io.RawIOBase):
    def __init__(self, wrapped: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._wrapped = wrapped
        self._raw = wrapped.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._wrapped.settimeout(self._deadline.remaining())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
