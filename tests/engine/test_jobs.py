"""Jobs: resumed, cancelled, many at once, bounded in memory."""

from __future__ import annotations

import threading
import tracemalloc
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import av
import pytest

from tests.engine.conftest import Transcribe, said, text
from tests.speech import SAMPLES
from transcripts.engine import (
    EngineClosed,
    EngineConfig,
    Job,
    JobCancelled,
    Options,
    Segment,
    Unreadable,
    UnsupportedTask,
    WindowResult,
)
from transcripts.engine.engine import Engine
from transcripts.engine.job import IN_FLIGHT
from transcripts.engine.types import Profile

LONG = SAMPLES / "en-long.flac"
SPANISH = Options(language="es")


@pytest.mark.parametrize("profile", ["fast", "careful"])
def test_a_resumed_job_says_what_the_undisturbed_one_says(transcribe: Transcribe, profile: Profile) -> None:
    options = replace(SPANISH, profile=profile)
    undisturbed = transcribe(SAMPLES / "es-long.flac", options)
    assert len(undisturbed) >= 3
    for index in range(len(undisturbed) - 1):
        resumed = transcribe(SAMPLES / "es-long.flac", options, undisturbed[: index + 1])
        rest = undisturbed[index + 1 :]
        assert [part.end for part in resumed] == [part.end for part in rest]
        assert text(resumed) == text(rest)
        assert times(resumed) == pytest.approx(times(rest), abs=0.1)


def times(results: list[WindowResult]) -> list[float]:
    return [time for segment in said(results) for time in (segment.start, segment.end)]


def test_a_job_resumed_at_its_end_has_nothing_more_to_say(transcribe: Transcribe) -> None:
    results = transcribe(SAMPLES / "es-short-1.flac", SPANISH, [WindowResult(2.59925, (), "es", 1.0)])
    assert said(results) == []
    assert results[-1].end == pytest.approx(2.59925)


def test_a_cancelled_job_stops_within_a_window_and_the_engine_goes_on(engine: Engine, transcribe: Transcribe) -> None:
    wanted = threading.Event()
    run = engine.transcribe(LONG, Options(), job=Job("a"), cancelled=wanted.is_set)
    first = next(run)
    wanted.set()
    more: list[WindowResult] = []
    with pytest.raises(JobCancelled):
        more.extend(run)
    assert first.segments
    assert len(more) <= 1
    assert text(transcribe(SAMPLES / "es-short-1.flac")) == "¿Dónde están las cartas pequeñas?"


def test_a_job_that_is_dropped_leaves_nothing_in_the_queue(engine: Engine) -> None:
    run = engine.transcribe(LONG, Options(), job=Job("a"))
    next(run)
    run.close()  # type: ignore[attr-defined]  # a generator
    assert engine._main._scheduler._lanes == []


def test_jobs_that_run_together_say_what_each_says_alone(engine: Engine, transcribe: Transcribe) -> None:
    work = {
        "es-long.flac": Options(),
        "es-short-2.flac": Options(task="translate"),
        "en-short-3.flac": Options(language="en"),
        "es-short-3.flac": Options(word_timestamps=False),
        "noise.flac": Options(),
    }
    alone = {name: transcribe(SAMPLES / name, options) for name, options in work.items()}
    with ThreadPoolExecutor(len(work)) as pool:
        together = dict(zip(work, pool.map(lambda name: transcribe(SAMPLES / name, work[name]), work), strict=True))
    for name in work:
        assert [exact(part) for part in together[name]] == [exact(part) for part in alone[name]], name


def exact(result: WindowResult) -> tuple[float, str | None, list[Segment]]:
    """All but the scores' last digits, which depend on the size of the batch."""
    plain = [
        replace(
            segment,
            avg_logprob=round(segment.avg_logprob, 3),
            no_speech_prob=round(segment.no_speech_prob, 3),
            words=tuple(replace(word, probability=round(word.probability, 3)) for word in segment.words),
        )
        for segment in result.segments
    ]
    return result.end, result.language, plain


def test_a_broken_file_fails_alone(engine: Engine, transcribe: Transcribe, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF and nothing more")
    with ThreadPoolExecutor(2) as pool:
        fine = pool.submit(transcribe, SAMPLES / "es-short-1.flac")
        bad = pool.submit(transcribe, broken)
        with pytest.raises(Unreadable):
            bad.result(60)
        assert text(fine.result(60)) == "¿Dónde están las cartas pequeñas?"


def test_what_the_model_cannot_do_is_refused_before_any_work(engine: Engine, tmp_path: Path) -> None:
    nowhere = tmp_path / "none.wav"
    with pytest.raises(UnsupportedTask, match="'xx'"):
        engine.transcribe(nowhere, Options(language="xx"), job=Job("a"))
    turbo = Engine(replace(engine._model, info=replace(engine.info, model="turbo", can_translate=False)))
    try:
        with pytest.raises(UnsupportedTask, match="not trained to translate"):
            turbo.transcribe(nowhere, Options(task="translate"), job=Job("a"))
    finally:
        turbo.close()


def test_jobs_of_a_closed_engine_end_with_the_reason(tmp_path: Path) -> None:
    engine = Engine.load(EngineConfig(model="demo", device="cpu"))
    run = engine.transcribe(repeated("es-long.flac", 12, tmp_path), SPANISH, job=Job("a"))
    next(run)
    engine.close()
    with pytest.raises(EngineClosed):
        list(run)


def test_prompt_and_hotwords_reach_every_window_and_break_nothing(transcribe: Transcribe) -> None:
    options = Options(language="es", initial_prompt="Hola.", hotwords="cartas")
    assert transcribe(SAMPLES / "es-short-1.flac", options)[-1].end == pytest.approx(2.59925)


def test_memory_does_not_grow_with_the_length_of_the_file(engine: Engine, tmp_path: Path) -> None:
    path = repeated("es-long.flac", 9, tmp_path)
    options = Options(language="es", word_timestamps=False)
    held: list[int] = []
    tracemalloc.start()
    try:
        for _ in engine.transcribe(path, options, job=Job("a")):
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    decoded = path.stat().st_size * 2  # 16-bit samples as float32: 48 MB; their features would be 24 MB more
    assert len(held) > IN_FLIGHT
    assert max(held) < decoded / 2


def repeated(name: str, times: int, folder: Path) -> Path:
    """A recording, several times over."""
    with av.open(str(SAMPLES / name)) as container:
        spoken = b"".join(frame.to_ndarray().tobytes() for frame in container.decode(audio=0))
    path = folder / f"{times}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(spoken * times)
    return path
