"""What the tests of the lifecycle share: the real queue of the stack under test, and an end to listening threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty

import pytest
from kombu import Connection

from tests.speech import SAMPLES
from transcripts import events, submissions
from transcripts.access import Actor
from transcripts.engine import EngineConfig
from transcripts.engine.engine import Engine
from transcripts.incoming import receive
from transcripts.models import Transcript
from transcripts.orders import order
from transcripts.worker import WorkerProcess
from whisperhub import celery_app

Rung = Callable[[], list[str]]


@pytest.fixture
def rung() -> Iterator[Rung]:
    """`rung()` takes all doorbell messages out of the gpu queue: the ids that they name, in the order of sending."""
    with celery_app.connection_for_write() as connection:
        _take_all(connection)
        yield lambda: _take_all(connection)


def _take_all(connection: Connection) -> list[str]:
    ids: list[str] = []
    with connection.SimpleQueue("gpu") as queue:
        while True:
            try:
                message = queue.get(block=False)
            except Empty:
                return ids
            message.ack()
            arguments, _, _ = message.payload
            ids.append(arguments[0])


def submitted(name: str, **options: str) -> Transcript:
    """One of the stored recordings, sent by a keyless client with these options."""
    with receive(name, [(SAMPLES / name).read_bytes()]) as file:
        return submissions.submit(file, order(options), Actor())


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The demo model, loaded through the same door as any other."""
    loaded = Engine.load(EngineConfig(model="demo", device="cpu", cpu_threads=2))
    yield loaded
    loaded.close()


@pytest.fixture
def process(engine: Engine) -> WorkerProcess:
    """A worker without a clock of its own: the tests let it beat."""
    return WorkerProcess(engine, name="gpu-test")


@pytest.fixture(autouse=True)
def _listeners_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The listening thread of a test ends with it: it would look at the next test's database."""
    monkeypatch.setattr(events, "NET_SECONDS", 0.2)
    yield
    for thread in threading.enumerate():
        if thread.name == "transcript-events":
            thread.join(timeout=10)
            assert not thread.is_alive(), "somebody still waits for a transcript"
