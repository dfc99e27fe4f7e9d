"""What the tests of the wiring share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.fetch.origin import Origin, running


@pytest.fixture
def serve() -> Iterator[Callable[..., Origin]]:
    """`serve(*answers)` starts a server on loopback that lives as long as the test."""
    with ExitStack() as stack:
        yield lambda *answers: stack.enter_context(running(*answers))
