"""One loaded demo model for the whole room, and words for what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.speech import SAMPLES
from transcripts.engine import EngineConfig, Job, Kept, Options, Segment, WindowResult
from transcripts.engine.engine import Engine

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
