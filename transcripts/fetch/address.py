"""Which IP addresses belong to the public internet.

The tables are written out, not taken from `ipaddress.is_global`, whose answers differ between patch releases of Python.
Sources: the IANA special-purpose registries (RFC 6890), https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry; RFC 4291 for the layout of IPv6.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # "this network"; Linux takes 0.0.0.0 for the machine itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # looks public, but inside Azure it is the host's own control service
        "169.254.0.0/16",  # link-local; cloud metadata services live here
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, withdrawn by RFC 7526
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; its last address is broadcast
    )
)

# Loopback, unique local, link-local, site-local, multicast, IPv4-mapped and IPv4-compatible all lie outside of this.
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")

_NOT_PUBLIC_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocol assignments: Teredo (carries an IPv4 address), ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation, RFC 9637
    )
)

# RFC 6052. A network without IPv4 reaches the IPv4 internet through this prefix (DNS64 writes it into its answers), so
# it is judged by the address that it carries. 64:ff9b:1::/48 (RFC 8215) is for local use and is never public.
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: IPAddress) -> bool:
    """Tell whether the address is an ordinary unicast address of the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_UNICAST_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


def is_permitted(address: IPAddress, allowed: Iterable[IPNetwork]) -> bool:
    """Tell whether the address is public or lies inside one of the `allowed` networks.

    An IPv4 network does not allow the IPv6 spellings that carry its addresses: each spelling is its own way in.
    """
    return is_public(address) or any(address in network for network in allowed)
