"""Hubs to be hurt: one on SQLite and folders, one on a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.chaos.damage import LEASE_SECONDS, Hub, Services
from tests.chaos.servers import missing, own_postgresql, own_redis
from tests.chaos.wire import Wire
from tests.e2e.stack import Stack

MEDIA_BYTES = 192 * 1024**2
StartHub = Callable[[str], Hub]


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own for `folder`, small enough to be filled; only root may mount one, elsewhere none is."""
    if os.geteuid() != 0:
        yield
        return
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEDIA_BYTES}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def start_hub(tmp_path: Path) -> Iterator[StartHub]:
    """`start_hub("embedded")` or `start_hub("services")`."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line per request drowns what a failure says
    with ExitStack() as held:

        def start(kind: str) -> Hub:
            settings = {"WHISPERHUB_LEASE_SECONDS": str(LEASE_SECONDS)}
            services = _services(held) if kind == "services" else None
            if services is not None:
                settings["DATABASE_URL"] = f"postgres://whisperhub@127.0.0.1:{services.to_postgresql.port}/whisperhub"
                settings["REDIS_URL"] = f"redis://127.0.0.1:{services.to_redis.port}/0"
            held.enter_context(small_disk(tmp_path / "hub" / "media"))
            return Hub(held.enter_context(Stack(tmp_path / "hub", settings)), services)

        yield start


def _services(held: ExitStack) -> Services:
    if reason := missing():
        pytest.skip(reason)
    redis = held.enter_context(own_redis())
    postgresql = held.enter_context(own_postgresql())
    return Services(postgresql, redis, held.enter_context(Wire(postgresql.port)), held.enter_context(Wire(redis.port)))
