"""The client's real address: the socket's, or what a named proxy says of it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> Address | None:
    """Walk X-Forwarded-For from the right past trusted proxies; headers of anybody else are not believed.

    None where the address cannot be read (a Unix socket, a malformed header): such a client is never trusted.
    """
    hops = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",") if entry.strip()]
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    while address is not None and _in(address, settings.TRUSTED_PROXIES) and hops:
        address = _parse(hops.pop())
    return address


def address(request: HttpRequest) -> str | None:
    """The same in text, as the audit trail and django-axes, which counts by it, want it."""
    found = client_address(request)
    return None if found is None else str(found)


def is_trusted(request: HttpRequest) -> bool:
    """Whether the client's address lies in `WHISPERHUB_TRUSTED_NETWORKS`."""
    if not settings.TRUSTED_NETWORKS:
        return False
    address = client_address(request)
    return address is not None and _in(address, settings.TRUSTED_NETWORKS)


def _in(address: Address, networks: tuple[object, ...]) -> bool:
    return any(address in network for network in networks)  # type: ignore[operator]


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # A dual-stack socket reports IPv4 clients as ::ffff:a.b.c.d.
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
