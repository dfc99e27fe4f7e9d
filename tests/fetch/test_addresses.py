"""Which addresses may be connected to."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchLimits, RefusedUrl, checked_address
from transcripts.fetch.address import is_permitted, is_public

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, nothing binds to it
    "0.255.255.255",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible
    "::808:808",
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",  # IPv4-translated, RFC 2765
    "64:ff9b::127.0.0.1",  # NAT64
    "64:ff9b::10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8",  # NAT64 of a local network
    "100::1",  # discard
    "2001::1",  # Teredo
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.17",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2606:4700::1111",
    "2a00:1450:4001:82b::200e",
    "64:ff9b::8.8.8.8",  # what DNS64 answers in a network without IPv4
]


def in_url(address: str) -> str:
    return f"http://[{address}]/a.mp3" if ":" in address else f"http://{address}/a.mp3"


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_in_a_url(address: str, public: FetchLimits) -> None:
    with wiretap() as tap, pytest.raises(RefusedUrl, match="not on the public internet"):
        checked_address(in_url(address), public)
    assert (tap.connections, tap.lookups) == ([], [])


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_behind_a_name(address: str, public: FetchLimits) -> None:
    with pytest.raises(
        RefusedUrl, match=r"'media\.example' was not found, or is not on the public internet"
    ) as refusal:
        checked_address("http://media.example/a.mp3", public, resolve=lambda _host: [address])
    assert address not in str(refusal.value)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_accepted(address: str, public: FetchLimits) -> None:
    assert checked_address(in_url(address), public).addresses == (ip_address(address),)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_nothing_is_public_that_the_standard_library_calls_local(address: IPv4Address | IPv6Address) -> None:
    local = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )
    # The well-known NAT64 prefix lies in a block that the library calls reserved; its own tests are above.
    if local and address not in ip_network("64:ff9b::/96"):
        assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_nat64_is_as_public_as_the_address_that_it_carries(carried: IPv4Address) -> None:
    carrier = IPv6Address(int(IPv6Address("64:ff9b::")) + int(carried))
    assert is_public(carrier) == is_public(carried)


def test_an_address_with_a_zone_is_not_public() -> None:
    assert not is_public(IPv6Address("2606:4700::1111%eth0"))


@pytest.mark.parametrize(
    ("address", "network", "permitted"),
    [
        ("10.1.2.3", "10.1.2.0/24", True),
        ("10.1.3.3", "10.1.2.0/24", False),
        ("fd00::5", "fd00::/64", True),
        ("fd00:1::5", "fd00::/64", False),
        ("::ffff:10.1.2.3", "10.1.2.0/24", False),
        ("64:ff9b::10.1.2.3", "10.1.2.0/24", False),
        ("2002:a01:203::", "10.1.2.0/24", False),
        ("8.8.8.8", "10.1.2.0/24", True),
    ],
)
def test_an_allowed_network_opens_itself_and_nothing_else(address: str, network: str, permitted: bool) -> None:
    assert is_permitted(ip_address(address), [ip_network(network)]) is permitted
