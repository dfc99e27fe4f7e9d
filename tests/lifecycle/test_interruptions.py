"""What ends the work on a transcript in the middle of it, and that the next worker goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.rows import after_the_lease
from tests.speech import SAMPLES, convert, reference, requires_ffmpeg, word_error_rate
from transcripts import lifecycle, submissions, sweeper
from transcripts.access import Actor
from transcripts.engine import WindowResult
from transcripts.engine.engine import Engine
from transcripts.incoming import receive
from transcripts.models import Attempt, Recording, Status, Transcript
from transcripts.orders import order
from transcripts.transcription import transcribe_next
from transcripts.worker import WorkerProcess

pytestmark = [pytest.mark.django_db, requires_ffmpeg]

SPOKEN_LATE = "en-short-2.flac"


class Interrupted:
    """The real engine; `then` is called by the job's thread once its first result is stored."""

    def __init__(self, engine: Engine, then: Callable[[], object]) -> None:
        self.info, self.info_for, self.models = engine.info, engine.info_for, engine.models
        self._engine = engine
        self._then = then

    def transcribe(self, *args: Any, **options: Any) -> Iterator[WindowResult]:
        results = self._engine.transcribe(*args, **options)
        yield next(results)
        self._then()
        yield from results


@pytest.fixture
def late_speech(tmp_path: Path) -> Transcript:
    """Two and a half minutes of silence, which come as a result each minute, and then six seconds of speech."""
    path = convert(SAMPLES / SPOKEN_LATE, tmp_path / "late.flac", "-af", "adelay=150s")
    with receive("late.flac", [path.read_bytes()]) as file:
        return submissions.submit(file, order(), Actor())


def _interrupted(transcript: Transcript, process: WorkerProcess, then: Callable[[], object]) -> Transcript:
    """Work on it, with `then` after its first result."""
    engine, process.engine = process.engine, cast(Engine, Interrupted(process.engine, then))
    transcribe_next(process)
    process.engine = engine
    return Transcript.objects.get()


def _goes_on(transcript: Transcript, process: WorkerProcess) -> None:
    """The next worker finishes it, from where it was left."""
    resume = Transcript.objects.get().transcribed_ms
    assert 50_000 < resume < 70_000
    transcribe_next(WorkerProcess(process.engine, name="gpu-next"))
    row = Transcript.objects.get()
    assert row.status == Status.DONE
    assert word_error_rate(reference(SPOKEN_LATE).text, row.text) <= 0.07
    assert row.segments.first().start_ms / 1000 == pytest.approx(  # type: ignore[union-attr]
        150 + reference(SPOKEN_LATE).segments[0].start, abs=0.3
    )
    assert list(row.attempt_log.values_list("worker", "resumed_ms"))[-1] == ("gpu-next", resume)


@pytest.mark.parametrize("heartbeat", [True, False], ids=["the heartbeat", "the next window"])
def test_a_cancelled_transcript_stops_in_the_middle_whatever_notices_first(
    heartbeat: bool, late_speech: Transcript, process: WorkerProcess
) -> None:
    def cancel() -> None:
        assert lifecycle.cancel(late_speech.pk)
        if heartbeat:
            process.beat()

    row = _interrupted(late_speech, process, cancel)
    assert row.status == Status.CANCELLED
    assert 50_000 < row.transcribed_ms < 70_000
    assert Attempt.objects.get().outcome == Attempt.Outcome.CANCELLED


def test_a_worker_that_is_drained_gives_its_work_back_unharmed(late_speech: Transcript, process: WorkerProcess) -> None:
    row = _interrupted(late_speech, process, process.drain)
    assert (row.status, row.attempts, row.error) == (Status.QUEUED, 0, "")
    assert Attempt.objects.get().outcome == Attempt.Outcome.RELEASED
    _goes_on(late_speech, process)


def test_a_worker_whose_lease_was_taken_stops_and_leaves_the_rest_to_its_successor(
    late_speech: Transcript, process: WorkerProcess
) -> None:
    row = _interrupted(late_speech, process, lambda: sweeper.sweep(at=after_the_lease()))
    assert (row.status, row.attempts) == (Status.QUEUED, 1)
    _goes_on(late_speech, process)


def test_a_passing_fault_in_the_middle_queues_it_again_with_the_reason(
    late_speech: Transcript, process: WorkerProcess
) -> None:
    def fault() -> None:
        raise MemoryError("no room for the next window")

    row = _interrupted(late_speech, process, fault)
    reason = "The transcription broke off (MemoryError: no room for the next window)."
    assert (row.status, row.attempts, row.error) == (Status.QUEUED, 1, reason)
    _goes_on(late_speech, process)


def test_a_recording_that_is_deleted_in_the_middle_ends_the_work_without_noise(
    late_speech: Transcript, process: WorkerProcess, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Transcript.DoesNotExist):
        _interrupted(late_speech, process, Recording.objects.all().delete)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
