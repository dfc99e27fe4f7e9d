"""What the tests of the whole share: running stacks, and the figures that they measured."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.e2e.backing import backing
from tests.e2e.stack import Stack

StartStack = Callable[..., Stack]
# Room for ten minutes of WAV (26 MB), and small enough to be exceeded at once.
MAX_UPLOAD_BYTES = 32 * 1024**2
MEASURED = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MEASURED] = []
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line per request drowns what a failure says


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Figures are told, not asserted: a busy machine is no bug."""
    for line in config.stash.get(MEASURED, []):
        terminalreporter.write_line(f"measured: {line}")


@pytest.fixture(scope="session")
def measured(pytestconfig: pytest.Config) -> list[str]:
    """Lines for the end of the report."""
    return pytestconfig.stash.setdefault(MEASURED, [])


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack that most tests talk to."""
    settings = {"WHISPERHUB_MAX_UPLOAD_BYTES": str(MAX_UPLOAD_BYTES)}
    with backing() as services, Stack(tmp_path_factory.mktemp("hub"), services | settings) as running:
        yield running


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[StartStack]:
    """`start_stack(NAME=value, …)` starts one that lives as long as the test, for tests that break it."""
    with ExitStack() as stacks:

        def start(**settings: str) -> Stack:
            services = stacks.enter_context(backing())
            return stacks.enter_context(Stack(tmp_path / "hub", services | settings))

        yield start


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    """An HTTP client of `stack` with its key."""
    with stack.client() as client:
        yield client
