"""Takes a URL apart, strictly: what a browser would repair or guess is refused here.

Nothing in this file touches the network.
"""

import re
from collections.abc import Container
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, quote, urlsplit

from transcripts.fetch.address import IPAddress
from transcripts.fetch.errors import RefusedUrl, gettext_noop

# RFC 9110, section 4.1, asks everybody to support at least this many octets.
MAX_URL_LENGTH = 8000
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_PORT = 65535

# Blanks and control characters (urlsplit drops some silently) and the backslash, which some parsers take for "/".
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_NETLOC = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(:(?P<port>[0-9]{0,5}))?")
# RFC 1123 labels, and the underscore that real host names contain.
_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
# A last label that is a number means an IPv4 address in one of its many spellings (WHATWG URL, "ends in a number").
_ENDS_IN_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")
# What may stand unescaped in a path or a query, and "%": what is escaped already stays as it is.
_SAFE_IN_TARGET = "!$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True)
class WebUrl:
    """An http or https URL whose parts have been checked for form.

    Attributes:
        scheme: "http" or "https".
        host: lower-case ASCII host name without trailing dot, or an IP address without brackets.
        port: 1–65535; the scheme's own where the URL names none.
        target: path and query as sent in the request line, ASCII only.
        literal: the host as an address where the URL contains one, else None.
    """

    scheme: str
    host: str
    port: int
    target: str
    literal: IPAddress | None

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port: the value of the `Host` header."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        """The URL in its normal form, without fragment."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_url(url: str, allowed_ports: Container[int]) -> WebUrl:
    """Return the parts of an absolute http(s) URL; raise RefusedUrl with the reason where there is one."""
    parts = _split(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise RefusedUrl(gettext_noop("Only URLs that begin with http:// or https:// can be opened."))
    if "@" in parts.netloc:
        raise RefusedUrl(gettext_noop("A URL with a user name or password (user@host) cannot be opened."))
    netloc = _NETLOC.fullmatch(parts.netloc.lower())
    if netloc is None:
        raise RefusedUrl(gettext_noop("The host or port of the URL is malformed."))
    port = int(netloc["port"] or DEFAULT_PORTS[parts.scheme])
    if not 1 <= port <= MAX_PORT or port not in allowed_ports:
        raise RefusedUrl(gettext_noop("Port %(port)d cannot be opened on this server."), port=port)
    host, literal = _host(netloc["host"])
    path = quote(parts.path or "/", safe=_SAFE_IN_TARGET)
    query = quote(parts.query, safe=_SAFE_IN_TARGET)
    return WebUrl(parts.scheme, host, port, f"{path}?{query}" if query else path, literal)


def _split(url: str) -> SplitResult:
    if len(url) > MAX_URL_LENGTH:
        raise RefusedUrl(gettext_noop("The URL is longer than %(most)d characters."), most=MAX_URL_LENGTH)
    if _FORBIDDEN.search(url):
        raise RefusedUrl(
            gettext_noop(
                "The URL contains a blank, a control character or a backslash; they have to be percent-encoded."
            )
        )
    try:
        # Lone surrogates can be in a Python string (JSON allows them) but in no URL.
        url.encode()
        return urlsplit(url)
    except ValueError as error:
        raise RefusedUrl(gettext_noop("The URL is malformed.")) from error


def _host(host: str) -> tuple[str, IPAddress | None]:
    """Return the host as text and, where it is an address, as an address."""
    if not host:
        raise RefusedUrl(gettext_noop("The URL has no host."))
    if not host.isascii():
        raise RefusedUrl(gettext_noop("The host has to be written in ASCII; an international name in its xn-- form."))
    if host.startswith("["):
        return _ipv6(host[1:-1])
    host = host.removesuffix(".")
    if _ENDS_IN_NUMBER.fullmatch(host):
        return _ipv4(host)
    if not _HOST_NAME.fullmatch(host):
        raise RefusedUrl(gettext_noop("The host of the URL is not a valid host name."))
    return host, None


def _ipv4(host: str) -> tuple[str, IPv4Address]:
    """Accept four decimal numbers only: programs disagree about short, octal and hexadecimal forms."""
    try:
        address = IPv4Address(host)
    except AddressValueError as error:
        raise RefusedUrl(
            gettext_noop("An IPv4 address has to be written as four decimal numbers, like 198.51.100.7.")
        ) from error
    return str(address), address


def _ipv6(host: str) -> tuple[str, IPv6Address]:
    try:
        address = IPv6Address(host)
    except AddressValueError as error:
        raise RefusedUrl(gettext_noop("The host in brackets is not an IPv6 address.")) from error
    if address.scope_id is not None:
        raise RefusedUrl(gettext_noop("An IPv6 address with a zone (%) cannot be opened."))
    return str(address), address
