"""What the tests of fetching share: servers on loopback, and limits that let them be reached."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_network

import pytest

from tests.fetch.origin import Origin, running
from transcripts.fetch import FetchLimits


@pytest.fixture
def serve() -> Iterator[Callable[..., Origin]]:
    """`serve(*answers, address=…, tls=…)` starts a server that lives as long as the test."""
    with ExitStack() as stack:
        yield lambda *answers, **options: stack.enter_context(running(*answers, **options))


@pytest.fixture(scope="session")
def loopback() -> FetchLimits:
    """Limits under which the servers of the tests can be reached, and nothing else that is not public."""
    return FetchLimits(
        max_bytes=1_000_000,
        total_seconds=10,
        connect_seconds=5,
        allowed_networks=(ip_network("127.0.0.0/8"),),
        allowed_ports=range(1024, 65536),
    )


@pytest.fixture(scope="session")
def public() -> FetchLimits:
    """Limits as they are where an operator has configured no network and no port."""
    return FetchLimits(max_bytes=1_000_000, total_seconds=10, connect_seconds=5)
