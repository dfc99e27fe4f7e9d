"""Two machines with a card each: one PostgreSQL, one Redis, one S3 storage, and no folder in common.

The second host runs `manage.py gpu_worker` and nothing else, as docs/second-host.md tells.
The storage is moto's server.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests import settings as test_settings
from tests.e2e.backing import backing
from tests.e2e.processes import descendants
from tests.e2e.stack import ROOT, START_SECONDS, STOP_SECONDS, Output, Stack
from tests.e2e.test_crashes import outcomes, submit, wait_until_done, wait_until_half_done
from tests.s3 import S3
from tests.speech import reference, word_error_rate

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        test_settings.STACK == "embedded", reason="two hosts need a database and a queue that both reach"
    ),
]

PATIENCE_SECONDS = 60.0
# One recording at a time on each host, so that two of them cannot both go to the quicker one.
SETTINGS = {
    "WHISPERHUB_WORKER_JOBS": "1",
    "WHISPERHUB_LEASE_SECONDS": "8",
    "WHISPERHUB_JOIN_SECONDS": "0",
    "WHISPERHUB_SECRET_KEY": "the same on both hosts, and secret on none of these",
}


class SecondHost:
    """A worker with a data folder of its own, in which no recording of the first host can be."""

    def __init__(self, first: Stack, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.environment = first.environment | {"WHISPERHUB_DATA_DIR": str(data_dir)}

    def __enter__(self) -> SecondHost:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "gpu_worker"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = Output(self.process)
        self.output.wait_for("is ready", START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        for pid in (*descendants(self.process.pid), self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(STOP_SECONDS)
        self.output.close()


@pytest.fixture(scope="module")
def storage() -> Iterator[S3]:
    with S3() as running:
        yield running


@pytest.fixture(scope="module")
def first(storage: S3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with ExitStack() as running:
        services = running.enter_context(backing())
        settings = services | SETTINGS | storage.environment
        yield running.enter_context(Stack(tmp_path_factory.mktemp("first"), settings))


@pytest.fixture
def second(first: Stack, tmp_path: Path) -> Iterator[SecondHost]:
    with SecondHost(first, tmp_path / "second") as running:
        yield running


@pytest.fixture
def client(first: Stack) -> Iterator[httpx.Client]:
    with first.client() as client:
        yield client


def test_a_recording_lives_in_the_storage_from_its_upload_to_its_deletion(
    first: Stack, storage: S3, client: httpx.Client
) -> None:
    spoken = reference("en-short-3.flac")
    content = spoken.path.read_bytes()
    answer = client.post("/transcribe", params={"include_segments": "true"}, files={"file": content})
    address = answer.headers["Content-Location"]
    ident = address.rsplit("/", 1)[1]

    assert word_error_rate(spoken.text, answer.json()["text"]) < 0.1
    assert list(storage.sizes().values()) == [len(content)]
    assert [path for path in (first.data_dir / "media").rglob("*") if path.is_file()] == []
    with _signed_in(first) as browser:
        whole = browser.get(f"/transcripts/{ident}/media")
        part = browser.get(f"/transcripts/{ident}/media", headers={"Range": "bytes=1000-1999"})
        end = browser.get(f"/transcripts/{ident}/media", headers={"Range": "bytes=-5"})
        peaks = browser.get(f"/transcripts/{ident}/peaks")
    assert (whole.status_code, whole.content == content) == (200, True)
    assert (part.status_code, part.content == content[1000:2000]) == (206, True)
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(content)}"
    assert (end.status_code, end.content == content[-5:]) == (206, True)
    assert peaks.status_code == 200
    # A pair for each 50 ms.
    assert len(peaks.content) / 2 == pytest.approx(answer.json()["duration"] / 0.05, abs=2)

    assert client.delete(address, params={"permanent": "true"}).status_code == 204
    assert storage.sizes() == {}


def test_both_hosts_take_work_and_what_a_dead_one_leaves_the_other_finishes(
    first: Stack, second: SecondHost, client: httpx.Client
) -> None:
    with psycopg.connect(first.environment["DATABASE_URL"], autocommit=True) as database:
        addresses = [submit(client), submit(client)]
        hosts = {_worker(database, address): address for address in addresses}
        assert len(hosts) == 2, "one host took both"
        orphan = hosts[f"{socket.gethostname()}:{second.process.pid}"]
        wait_until_half_done(client, orphan)
    second.process.kill()
    texts = {(row := wait_until_done(client, address))["status"] + row["text"] for address in addresses}

    # The same recording: what was begun on one host and ended on the other reads as what one host did alone.
    assert len(texts) == 1
    assert texts.pop().startswith("done")
    assert outcomes(first, orphan) == ["lost False", "done True"]
    assert [path for path in second.data_dir.rglob("*") if path.is_file() and path.suffix != ".pyc"] == []


def _worker(database: psycopg.Connection[Any], address: str) -> str:
    """The name of the worker that took the transcript, as soon as one has."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        asked = "SELECT worker FROM transcripts_attempt WHERE transcript_id = %s"
        if row := database.execute(asked, [address.rsplit("/", 1)[1]]).fetchone():
            return str(row[0])
        time.sleep(0.02)
    raise AssertionError(f"nobody took {address}")


@contextmanager
def _signed_in(first: Stack) -> Iterator[httpx.Client]:
    """A browser's client of the first administrator."""
    printed = re.search(r"password (\S+)", first.output.text)
    assert printed is not None
    with httpx.Client(base_url=first.base_url, follow_redirects=True, timeout=60) as browser:
        browser.get("/login")
        form = {"username": "admin", "password": printed[1], "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post("/login", data=form, headers={"Referer": f"{first.base_url}/login"}).is_success
        yield browser
