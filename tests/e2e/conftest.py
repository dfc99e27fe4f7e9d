"""What the tests of the whole share: running stacks and a browser."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.backing import backing
from tests.e2e.stack import Stack, free_port
from tests.e2e.uploads import Sound, hiss
from tests.e2e.visits import PATIENCE_MS, Visit

StartStack = Callable[..., Stack]
# Room for minutes of WAV (2.6 MB each), and small enough to be exceeded at once.
MAX_UPLOAD_BYTES = 32 * 1024**2
# Whoever comes from here, by the word of a proxy on this machine, needs no key.
TRUSTED = "192.0.2.30"
METRICS_TOKEN = "the token of the monitoring"
# Where another program's web server may stand that links are fetched from; no other address of this machine may be.
ORIGIN = ("127.0.0.2", free_port())


def pytest_configure() -> None:
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line per request drowns what a failure says
    expect.set_options(timeout=PATIENCE_MS)  # a busy machine is no bug; what never comes is found out all the same


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack that most tests talk to."""
    settings = {
        "WHISPERHUB_MAX_UPLOAD_BYTES": str(MAX_UPLOAD_BYTES),
        "WHISPERHUB_TRUSTED_NETWORKS": f"{TRUSTED}/32",
        "WHISPERHUB_TRUSTED_PROXIES": "127.0.0.1/32",
        "WHISPERHUB_ASR_DIALECT": "true",
        "WHISPERHUB_METRICS_TOKEN": METRICS_TOKEN,
        "WHISPERHUB_LOG_FORMAT": "json",
        "WHISPERHUB_URL_ALLOWED_NETWORKS": f"{ORIGIN[0]}/32",
        "WHISPERHUB_URL_ALLOWED_PORTS": f"80,443,8080,8443,{ORIGIN[1]}",
    }
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Without its sandbox: that one refuses to run as root, as CI does."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sound(tmp_path: Path) -> Sound:
    """`sound(name, megabytes)`: a quiet recording like no other."""
    return lambda name, megabytes=0.1: hiss(tmp_path / name, megabytes)


@pytest.fixture
def start_visit(browser: Browser, stack: Stack) -> Iterator[Callable[[], Visit]]:
    """Makes fresh visitors; afterwards nothing may have gone wrong, and nothing may have left the host."""
    visits = []

    def start() -> Visit:
        context = browser.new_context(base_url=stack.base_url, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        visits.append(Visit(context.new_page()))
        return visits[-1]

    yield start
    for visit in visits:
        visit.page.context.close()
    assert [problem for visit in visits for problem in visit.problems] == []
    assert {host for visit in visits for host in visit.hosts} <= {urlsplit(stack.base_url).netloc}


@pytest.fixture
def visit(start_visit: Callable[[], Visit]) -> Visit:
    """One fresh visitor."""
    return start_visit()
