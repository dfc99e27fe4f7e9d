"""URLs that are refused for their form, before anything is looked up."""

from dataclasses import replace

import pytest

from tests.fetch.wiretap import wiretap
from transcripts.fetch import FetchLimits, RefusedUrl, checked_address


def refusal(url: str, limits: FetchLimits) -> str:
    with wiretap() as tap, pytest.raises(RefusedUrl) as error:
        checked_address(url, limits)
    assert (tap.connections, tap.lookups) == ([], [])
    return str(error.value)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0X7F000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f.0x0.0x0.0x1",
        "127.1",
        "127.0.1",
        "127.0.0.01",
        "0127.0.0.1",
        "127.0.0.0x1",
        "127.0.0.0x",
        "127.0.0.256",
        "127.0.0.1.1",
        "4294967296",
        "0",
        "0x",
        "1.2.3.4.5.6",
        "evil.example.1",
        "evil.example.0x1",
        "3232235777",
        "134744072",
    ],
)
def test_ipv4_is_refused_unless_it_is_four_plain_decimal_numbers(host: str, loopback: FetchLimits) -> None:
    message = refusal(f"http://{host}:8080/", loopback)
    assert message == "An IPv4 address has to be written as four decimal numbers, like 198.51.100.7."


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1.", "10.0.0.1."])
def test_a_trailing_dot_does_not_hide_an_address(host: str, public: FetchLimits) -> None:
    assert "not on the public internet" in refusal(f"http://{host}/", public)


@pytest.mark.parametrize("host", ["１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①", "bücher.example", "ⅼocalhost"])
def test_a_host_in_other_than_ascii_is_refused(host: str, public: FetchLimits) -> None:
    assert "ASCII" in refusal(f"http://{host}/", public)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@media.example/",
        "http://user@media.example/",
        "http://@media.example/",
        "http://media.example@127.0.0.1/",
        "http://media.example%40x@127.0.0.1/",
        "https://a:b@c@127.0.0.1/",
    ],
)
def test_credentials_in_a_url_are_refused(url: str, public: FetchLimits) -> None:
    message = refusal(url, public)
    assert "user name or password" in message
    assert "secret" not in message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "media.example/a.mp3",
        "//media.example/a.mp3",
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://media.example/a.mp3",
        "gopher://media.example:8080/_x",
        "dict://media.example:8080/",
        "data:audio/wav;base64,AAAA",
        "javascript:alert(1)",
        "httpx://media.example/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    ],
)
def test_only_http_and_https_are_opened(url: str, public: FetchLimits) -> None:
    assert refusal(url, public) == "Only URLs that begin with http:// or https:// can be opened."


@pytest.mark.parametrize("port", [1, 22, 25, 81, 1023, 3306, 5432, 6379, 8000, 8444, 11211, 65535])
def test_ports_other_than_the_usual_web_ports_are_refused(port: int, public: FetchLimits) -> None:
    assert refusal(f"http://8.8.8.8:{port}/", public) == f"Port {port} cannot be opened on this server."


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://8.8.8.8/", 80),
        ("http://8.8.8.8:/", 80),
        ("https://8.8.8.8/", 443),
        ("http://8.8.8.8:443/", 443),
        ("https://8.8.8.8:8443/", 8443),
        ("http://8.8.8.8:8080/", 8080),
        ("http://8.8.8.8:00080/", 80),
    ],
)
def test_the_usual_web_ports_are_opened(url: str, port: int, public: FetchLimits) -> None:
    assert checked_address(url, public).url.port == port


def test_an_operator_can_choose_other_ports(public: FetchLimits) -> None:
    limits = replace(public, allowed_ports={9000})
    assert checked_address("http://8.8.8.8:9000/", limits).url.port == 9000
    assert "Port 80 " in refusal("http://8.8.8.8/", limits)


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_out_of_range_is_refused_whatever_is_allowed(port: str, public: FetchLimits) -> None:
    assert "cannot be opened" in refusal(f"http://8.8.8.8:{port}/", replace(public, allowed_ports=range(100_000)))


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8:-80/",
        "http://8.8.8.8:8o/",
        "http://8.8.8.8:٨٠/",
        "http://8.8.8.8:80:80/",
        "http://8.8.8.8:123456/",
        "http://[::1/",
        "http://::1/",
        "http://[::1]evil/",
        "http://evil[::1]/",
        "http://[127.0.0.1]/",
        "http://[v1.x]/",
        "http://[]/",
        "http:///a.mp3",
        "http:/media.example/",
        "http:media.example",
        "http://",
        "http://:80/",
        "http://?x",
        "http://./",
        "http://..example/",
        "http://media..example/",
        "http://-media.example/",
        "http://media-.example/",
        "http://med%69a.example/",
        "http://me!dia.example/",
        "http://me,dia.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "a." * 127 + "example/",
        "http://media.example\\@127.0.0.1/",
        "http://media.example/a b.mp3",
        "http://media.example/\r\nX-Evil: 1",
        "http://media\t.example/",
        " http://media.example/",
        "http://media.example/\x00",
        "http://media.example/\ud800",
        "http://media.example/" + "a" * 8000,
    ],
)
def test_a_malformed_url_is_refused(url: str, public: FetchLimits) -> None:
    assert refusal(url, public)


@pytest.mark.parametrize("host", ["[fe80::1%25eth0]", "[2606:4700::1111%eth0]"])
def test_an_ipv6_address_with_a_zone_is_refused(host: str, public: FetchLimits) -> None:
    assert refusal(f"http://{host}/", public) == "An IPv6 address with a zone (%) cannot be opened."


@pytest.mark.parametrize(
    ("url", "normal", "host_header", "target"),
    [
        ("HTTP://Media.Example", "http://media.example/", "media.example", "/"),
        ("https://media.example.:443/a#part", "https://media.example/a", "media.example", "/a"),
        ("http://media.example:443/", "http://media.example:443/", "media.example:443", "/"),
        ("http://media.example?q=1", "http://media.example/?q=1", "media.example", "/?q=1"),
        (
            "http://a_b.example/ü?ä=%C3%BC",
            "http://a_b.example/%C3%BC?%C3%A4=%C3%BC",
            "a_b.example",
            "/%C3%BC?%C3%A4=%C3%BC",
        ),
        ("http://[2606:4700:0::1111]:8080/", "http://[2606:4700::1111]:8080/", "[2606:4700::1111]:8080", "/"),
    ],
)
def test_an_accepted_url_has_one_normal_form(
    url: str, normal: str, host_header: str, target: str, public: FetchLimits
) -> None:
    parsed = checked_address(url, public, resolve=lambda _host: ["8.8.8.8"]).url
    assert (str(parsed), parsed.authority, parsed.target) == (normal, host_header, target)
