"""One loaded demo model for the whole room, and words for what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.engine.pretended import WAIT, Item, Model
from tests.speech import SAMPLES
from transcripts.engine import EngineConfig, Job, Kept, Options, Segment, WindowResult
from transcripts.engine.engine import Engine
from transcripts.engine.scheduler import Scheduler
from transcripts.engine.turns import Sizes

Transcribe = Callable[..., list[WindowResult]]
Recorded = Callable[[str], list[WindowResult]]


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The demo model, loaded through the same door as any other."""
    loaded = Engine.load(EngineConfig(model="demo", device="cpu", cpu_threads=2))
    yield loaded
    loaded.close()


@pytest.fixture
def transcribe(engine: Engine) -> Transcribe:
    """Run a file to its end, from the end of the results that were `kept`."""

    def run(path: Path, options: Options | None = None, kept: Sequence[WindowResult] = ()) -> list[WindowResult]:
        chosen = options or Options()
        before = Kept(kept[-1].end, tuple(said(list(kept)))) if kept else Kept()
        return list(engine.transcribe(path, chosen, job=Job("test"), kept=before))

    return run


@pytest.fixture(scope="session")
def recorded(engine: Engine) -> Recorded:
    """An undisturbed run of a stored recording with default options; made once."""
    return cache(lambda name: list(engine.transcribe(SAMPLES / name, Options(), job=Job("recorded"))))


def said(results: list[WindowResult]) -> list[Segment]:
    """All segments of a run."""
    return [segment for result in results for segment in result.segments]


def text(results: list[WindowResult]) -> str:
    """All that was said."""
    return "".join(segment.text for segment in said(results)).strip()


@pytest.fixture
def model() -> Model:
    """A pretended one."""
    return Model()


@pytest.fixture
def scheduler(model: Model) -> Iterator[Scheduler[Item, str]]:
    """At most four windows a call."""
    made: Scheduler[Item, str] = Scheduler(model, Sizes(most=4))
    yield made
    model.gate.set()
    made.close()


@pytest.fixture
def busy(model: Model, scheduler: Scheduler[Item, str]) -> Scheduler[Item, str]:
    """A scheduler whose model is at work, so that what is submitted now queues up."""
    scheduler.lane(Job("first")).submit(Item("0"))
    assert model.entered.wait(WAIT)
    return scheduler
