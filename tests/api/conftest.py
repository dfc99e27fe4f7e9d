"""Callers of the API, and workers that answer them as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO, RawIOBase
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.conftest import KeyMaker
from tests.fetch.origin import Origin, running
from tests.speech import SAMPLES
from transcripts import events, lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import ApiKey, Scope, Transcript

SAMPLE = SAMPLES / "en-short-1.flac"
SYNC: dict[str, str] = {}
ASYNC = {"Prefer": "respond-async"}
FORM = "multipart/form-data; boundary=edge"
Serve = Callable[..., Origin]
WorkerDoes = Callable[[Callable[[Lease], object]], None]


class Caller:
    """A client program with its key."""

    def __init__(self, row: ApiKey, key: str) -> None:
        self.row = row
        self.key = key
        self.client = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)

    def get(self, path: str, **options: Any) -> Any:
        """The answer to GET."""
        return self.client.get(path, **options)

    def upload(
        self, content: bytes | Path = SAMPLE, name: str = "a.flac", wait: bool = False, fields: Any = None, **query: str
    ) -> Any:
        """The answer to POST /transcribe; without `wait` it comes at once."""
        data = content.read_bytes() if isinstance(content, Path) else content
        form = {"file": SimpleUploadedFile(name, data), **(fields or {})}
        return self.client.post("/transcribe", form, query_params=query, headers=SYNC if wait else ASYNC)

    def uploaded(self) -> Transcript:
        """A transcript of this caller's that waits."""
        answer = self.upload()
        assert answer.status_code == 202, answer.content
        return Transcript.objects.get(pk=answer["X-Transcript-Id"])

    def post_url(self, url: str, **body: Any) -> Any:
        """The answer to POST /transcribe/url, at once."""
        return self.client.post("/transcribe/url", {"url": url, **body}, "application/json", headers=ASYNC)


class BrokenBody(RawIOBase):
    """A request body of which `start` arrives before the connection is reset."""

    def __init__(self, start: bytes) -> None:
        super().__init__()
        self._start = BytesIO(start)
        self.was_read = False

    @property
    def left(self) -> int:
        """How many bytes of `start` nobody has read."""
        return len(self._start.getvalue()) - self._start.tell()

    def readable(self) -> bool:
        """A body may be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What there is of `start`, and then the reset."""
        self.was_read = True
        if count := self._start.readinto(buffer):
            return count
        raise ConnectionResetError("The sender went away.")

    def post(self, client: Client, path: str = "/transcribe") -> Any:
        """The answer to POST /transcribe, with a body that should have had another megabyte."""
        length = str(len(self._start.getvalue()) + 1_000_000)
        extra: dict[str, Any] = {"wsgi.input": self, "CONTENT_LENGTH": length, "CONTENT_TYPE": FORM}
        return client.generic("POST", path, **extra)


@pytest.fixture
def caller(make_key: KeyMaker) -> Caller:
    """May transcribe, as most programs."""
    return Caller(*make_key(Scope.TRANSCRIBE))


@pytest.fixture
def serve(settings: Settings) -> Iterator[Serve]:
    """`serve(*answers)` starts a server that the administrator has allowed to be fetched from."""
    settings.URL_ALLOWED_NETWORKS = (ip_network("127.0.0.0/8"),)
    settings.URL_TIMEOUT = 20.0
    with ExitStack() as stack:

        def start(*answers: Any) -> Origin:
            origin = stack.enter_context(running(*answers))
            settings.URL_ALLOWED_PORTS = [origin.port]
            return origin

        yield start


@pytest.fixture
def worker_does() -> Iterator[WorkerDoes]:
    """`worker_does(act)` starts a worker that claims whatever waits and does `act` with the lease."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(act: Callable[[Lease], object]) -> None:
        def work() -> None:
            while not stop.wait(0.005):
                for transcript_id in list(Transcript.objects.queued().values_list("pk", flat=True)):
                    lease = lifecycle.claim(transcript_id, worker="gpu-test")
                    if lease is not None:
                        act(lease)
            connection.close()

        thread = threading.Thread(target=work, name="test worker")
        threads.append(thread)
        thread.start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _listeners_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The listening thread of a test ends with it: it would look at the next test's database."""
    monkeypatch.setattr(events, "NET_SECONDS", 0.2)
    yield
    for thread in threading.enumerate():
        if thread.name == "transcript-events":
            thread.join(timeout=10)
            assert not thread.is_alive(), "a request still waits for a transcript"
