"""Downloads a file from a URL that a caller gave, hop by hop, each hop through the guard."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.parse import quote, urljoin, urlsplit

from transcripts.fetch.connection import send_request, transport_errors
from transcripts.fetch.errors import RefusedUrl, TooLarge, UpstreamError, gettext_noop
from transcripts.fetch.filename import display_name
from transcripts.fetch.guard import CheckedAddress, Resolve, checked_address, system_addresses
from transcripts.fetch.limits import Deadline, FetchLimits

CHUNK_BYTES = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_MAX_CONTENT_TYPE_LENGTH = 100
_PRINTABLE_ASCII = bytes(range(0x21, 0x7F)).decode()


class Download:
    """An open download: its headers have arrived, its body is read by `chunks`.

    Attributes:
        filename: 1–120 printable characters, for display only.
        content_type: lower-case media type as the server claims it, without parameters; "" where it claims none.
        content_length: announced size in bytes, at most `max_bytes`; None where the server announces none.
        final_url: the URL after all redirects, without fragment. It may contain a signature: do not log it.
    """

    def __init__(self, response: HTTPResponse, checked: CheckedAddress, max_bytes: int) -> None:
        """Read the headers; raise TooLarge or UpstreamError where they already show that the body is of no use."""
        self._response = response
        self._host = checked.url.host
        self._max_bytes = max_bytes
        _require_usable(response, self._host)
        self.content_length = response.length
        if self.content_length is not None and self.content_length > max_bytes:
            raise _too_large(max_bytes)
        self.final_url = str(checked.url)
        self.filename = display_name(response.getheader("Content-Disposition"), urlsplit(self.final_url).path)
        media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        self.content_type = media_type[:_MAX_CONTENT_TYPE_LENGTH]

    def chunks(self) -> Iterator[bytes]:
        """Yield the body once, in pieces of 1–65536 bytes.

        Raises:
            TooLarge: more than `max_bytes` arrived.
            FetchTimeout: the deadline of the whole transfer passed.
            UpstreamError: the connection broke, or the body is shorter than announced.
        """
        # Only `readinto` keeps to the memory given to it whatever chunk sizes (negative, say) the server claims.
        buffer = memoryview(bytearray(CHUNK_BYTES))
        received = 0
        while count := self._read_into(buffer):
            received += count
            if received > self._max_bytes:
                raise _too_large(self._max_bytes)
            yield bytes(buffer[:count])
        if self.content_length is not None and received < self.content_length:
            words = gettext_noop("'%(host)s' stopped after %(received)d of %(length)d bytes.")
            raise UpstreamError(words, host=self._host, received=received, length=self.content_length)

    def _read_into(self, buffer: memoryview) -> int:
        with transport_errors(self._host):
            return self._response.readinto(buffer)


@contextmanager
def open_url(
    url: str, limits: FetchLimits, *, resolve: Resolve = system_addresses, tls: ssl.SSLContext | None = None
) -> Iterator[Download]:
    """Open a URL for download, following redirects; leaving the `with` block closes the connection.

    Args:
        url: as the caller typed it.
        limits: of time, size, redirects, networks and ports.
        resolve: looks a host name up, once per hop.
        tls: certificate authorities other than the operating system's.

    Raises:
        RefusedUrl, TooLarge, FetchTimeout, UpstreamError: see `transcripts.fetch.errors`.
    """
    deadline = Deadline(limits.total_seconds)
    for _ in range(limits.max_redirects + 1):
        checked = checked_address(url, limits, resolve=resolve, deadline=deadline)
        with send_request(checked, limits, deadline, tls=tls) as response:
            if response.status not in _REDIRECTS:
                yield Download(response, checked, limits.max_bytes)
                return
            url = _next_url(checked, response)
    raise UpstreamError(gettext_noop("The URL was redirected more than %(most)d times."), most=limits.max_redirects)


def _next_url(checked: CheckedAddress, response: HTTPResponse) -> str:
    location = response.getheader("Location")
    if not location:
        raise UpstreamError(gettext_noop("'%(host)s' redirects without saying where to."), host=checked.url.host)
    # Header bytes come as Latin-1; escaped, they mean the bytes that the server sent, as in browsers.
    escaped = quote(location.encode("latin-1"), safe=_PRINTABLE_ASCII)
    try:
        following = urljoin(str(checked.url), escaped)
        unprotected = urlsplit(following).scheme == "http"
    except ValueError as error:
        raise RefusedUrl(gettext_noop("The URL redirects to a malformed URL.")) from error
    if unprotected and checked.url.scheme == "https":
        raise RefusedUrl(gettext_noop("The URL redirects from https to unprotected http."))
    return following


def _require_usable(response: HTTPResponse, host: str) -> None:
    if not 200 <= response.status <= 299:
        words = gettext_noop("'%(host)s' answered with status %(status)d instead of a file.")
        raise UpstreamError(words, host=host, status=response.status)
    if (response.getheader("Content-Encoding") or "identity").strip().lower() != "identity":
        raise UpstreamError(
            gettext_noop("'%(host)s' sent the file compressed although it was asked not to."), host=host
        )
    if (response.getheader("Transfer-Encoding") or "chunked").strip().lower() != "chunked":
        words = gettext_noop("'%(host)s' sent the file in a transfer encoding that is not supported.")
        raise UpstreamError(words, host=host)


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(gettext_noop("The file is larger than %(limit)d bytes."), limit=max_bytes)
