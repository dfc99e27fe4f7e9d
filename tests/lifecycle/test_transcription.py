"""From a waiting row to its words, with the real engine and the demo model; and every way in which that can end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from tests.hostile.headers import silent_opus
from tests.lifecycle.conftest import submitted
from tests.rows import after_the_lease, claimed, in_state
from tests.speech import reference, word_error_rate
from tests.together import together
from transcripts import lifecycle, submissions, sweeper, transcription
from transcripts.access import Actor
from transcripts.engine import Job, Options
from transcripts.engine.engine import Engine
from transcripts.incoming import receive
from transcripts.models import Attempt, Failure, Recording, Status, Transcript
from transcripts.orders import Order
from transcripts.stored_media import Part, open_part
from transcripts.transcription import _store, transcribe_next
from transcripts.worker import WorkerProcess

pytestmark = pytest.mark.django_db

LONG = "es-long.flac"  # 83 s, several windows


def _stored(transcript: Transcript) -> list[tuple[int, int, int, str]]:
    return list(transcript.segments.values_list("index", "start_ms", "end_ms", "text"))


@pytest.mark.parametrize("name", ["en-short-2.flac", "es-short-3.flac"])
def test_the_words_of_a_recording_are_those_that_were_spoken(name: str, process: WorkerProcess) -> None:
    truth = reference(name)
    submitted(name)
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, row.language, row.error, row.failure) == (Status.DONE, truth.language, "", "")
    assert word_error_rate(truth.text, row.text) <= 0.07
    assert (row.segment_count, row.progress) == (len(truth.segments), 1.0)
    for spoken, heard in zip(truth.segments, row.segments.all(), strict=True):
        assert heard.start_ms / 1000 == pytest.approx(spoken.start, abs=0.3)
        assert heard.end_ms / 1000 == pytest.approx(spoken.end, abs=0.3)
        assert "".join(word["word"] for word in heard.words).strip() == heard.text.strip()


def test_the_row_says_what_transcribed_it_and_how_long_that_took(process: WorkerProcess) -> None:
    submitted("en-short-1.flac")
    transcribe_next(process)
    row, info = Transcript.objects.get(), process.engine.info
    assert (row.model, row.model_revision) == (info.model, info.revision)
    assert (row.device, row.compute_type) == (info.device_name, info.compute_type)
    assert row.processing_ms > 0
    assert row.language_probability is not None
    assert 0.5 < row.language_probability <= 1
    attempt = Attempt.objects.get()
    assert (attempt.worker, attempt.outcome, attempt.resumed_ms) == ("gpu-test", Attempt.Outcome.DONE, 0)


def test_a_translation_comes_out_in_english(process: WorkerProcess) -> None:
    name = "es-short-2.flac"
    submitted(name, language="es", task="translate")
    transcribe_next(process)
    assert word_error_rate(reference(name).english, Transcript.objects.get().text) <= 0.1


@pytest.mark.parametrize("name", ["silence.flac", "noise.flac"])
def test_no_speech_gives_no_words_and_no_error(name: str, process: WorkerProcess) -> None:
    submitted(name)
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, row.text, row.segment_count, row.transcribed_ms) == (Status.DONE, "", 0, 8000)


@pytest.mark.parametrize("claim", [None, 1, 3_600_000])
def test_the_duration_is_measured_whatever_the_header_said(claim: int | None, process: WorkerProcess) -> None:
    submitted("en-short-1.flac")
    Recording.objects.update(duration_ms=claim)
    transcribe_next(process)
    assert Recording.objects.get().duration_ms == round(reference("en-short-1.flac").duration * 1000)


def _crash_after(windows: int, transcript: Transcript, engine: Engine) -> None:
    """Do what a worker does for some windows, and then nothing more: as if it was killed."""
    lease = claimed(transcript, "gpu-crashed")
    path = Path(default_storage.path(str(transcript.recording.file.name)))
    results = engine.transcribe(path, Options(), job=Job("crash"))
    _store(lease, (result for _, result in zip(range(windows), results, strict=False)))
    results.close()  # type: ignore[attr-defined]
    sweeper.sweep(at=after_the_lease())


def test_a_crash_costs_no_stored_window_and_doubles_none(process: WorkerProcess) -> None:
    undisturbed, crashed = submitted(LONG), submitted(LONG)
    transcribe_next(process)
    _crash_after(2, crashed, process.engine)
    kept = _stored(crashed)
    assert kept
    resume = Transcript.objects.get(pk=crashed.pk).transcribed_ms
    transcribe_next(process)
    after = Transcript.objects.get(pk=crashed.pk)
    assert (after.status, after.attempts) == (Status.DONE, 2)
    assert _stored(after)[: len(kept)] == kept
    assert _stored(after) == _stored(undisturbed)
    assert list(after.attempt_log.values_list("outcome", "resumed_ms")) == [("lost", 0), ("done", resume)]


def test_a_crash_between_the_last_window_and_the_end_costs_nothing(process: WorkerProcess) -> None:
    transcript = submitted("en-short-2.flac")
    _crash_after(100, transcript, process.engine)
    kept = _stored(transcript)
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, _stored(row)) == (Status.DONE, kept)
    assert word_error_rate(reference("en-short-2.flac").text, row.text) <= 0.07


def test_a_resumed_transcript_keeps_the_language_of_its_first_windows(process: WorkerProcess) -> None:
    transcript = submitted("en-short-1.flac")
    lease = claimed(transcript)
    lifecycle.store_window(lease, [], transcribed_ms=100, language="es", language_probability=0.8)
    lifecycle.release(lease, processing_ms=0)
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, row.language) == (Status.DONE, "es")


def test_a_broken_recording_fails_at_once_as_the_senders_fault(process: WorkerProcess) -> None:
    transcript = submitted("en-short-1.flac")
    Path(default_storage.path(str(transcript.recording.file.name))).write_bytes(b"fLaC" + bytes(range(256)) * 50)
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, row.failure, row.attempts) == (Status.FAILED, Failure.MEDIA, 1)
    assert row.error == "This is not an audio or video file that can be opened, or it is incomplete."


def test_a_recording_that_lied_about_its_length_ends_where_the_longest_may_end(
    process: WorkerProcess, settings: Settings
) -> None:
    settings.MAX_RECORDING_HOURS = 0.05
    with receive("a.ogg", [silent_opus(0.5, claimed=0.01)]) as file:
        submissions.submit(file, Order(), Actor())
    assert Recording.objects.get().duration_ms < 60_000  # type: ignore[operator]
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, row.failure, row.attempts) == (Status.FAILED, Failure.MEDIA, 1)
    assert row.error == "This recording goes on after 0.05 hours, and more than 0.05 hours are not taken here."
    assert row.transcribed_ms <= 0.05 * 3_600_000 + 60_000


def test_a_recording_as_long_as_any_may_be_is_heard_to_its_end(process: WorkerProcess, settings: Settings) -> None:
    settings.MAX_RECORDING_HOURS = 0.05
    with receive("a.ogg", [silent_opus(0.05)]) as file:
        submissions.submit(file, Order(), Actor())
    transcribe_next(process)
    row = Transcript.objects.get()
    assert (row.status, row.error) == (Status.DONE, "")
    assert row.transcribed_ms == pytest.approx(0.05 * 3_600_000, abs=100)


def test_of_a_truncated_recording_the_words_before_the_break_are_kept(process: WorkerProcess) -> None:
    name = "en-short-3.flac"
    transcript = submitted(name)
    stored = Path(default_storage.path(str(transcript.recording.file.name)))
    stored.write_bytes(stored.read_bytes()[: stored.stat().st_size * 2 // 3])
    transcribe_next(process)
    row = Transcript.objects.get()
    assert row.status == Status.DONE
    first = reference(name).segments[0].text
    assert word_error_rate(first, row.segments.all()[0].text) <= 0.2
    assert 4000 < Recording.objects.get().duration_ms < 7000  # type: ignore[operator]


def test_a_media_file_that_is_missing_is_tried_again_and_is_not_the_senders_fault(
    process: WorkerProcess, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAX_ATTEMPTS = 2
    transcript = submitted("en-short-1.flac")
    Path(default_storage.path(str(transcript.recording.file.name))).unlink()
    transcribe_next(process)
    transcribe_next(process)
    assert (Transcript.objects.get().status, Attempt.objects.count()) == (Status.QUEUED, 1), "it did not rest"
    Transcript.objects.update(not_before=timezone.now())
    transcribe_next(process)
    assert Transcript.objects.get().status == Status.FAILED
    row = Transcript.objects.get()
    assert row.failure == Failure.INTERNAL
    assert row.error.startswith("The transcription broke off (FileNotFoundError: ")
    assert row.error.endswith("It was tried 2 times.")


def test_a_media_file_that_goes_away_while_its_job_waits_to_be_read_is_tried_again(
    process: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = submitted("en-short-1.flac")
    stored = Path(default_storage.path(str(row.recording.file.name)))
    away = stored.with_suffix(".away")

    def open_and_lose(name: str) -> Part:
        part = open_part(name)
        stored.rename(away)  # a mount that is lost in this very moment
        return part

    monkeypatch.setattr(transcription, "open_part", open_and_lose)
    transcribe_next(process)
    monkeypatch.undo()
    away.rename(stored)
    row.refresh_from_db()
    assert (row.status, Attempt.objects.get().outcome) == (Status.QUEUED, Attempt.Outcome.FAILED)
    Transcript.objects.update(not_before=timezone.now())
    transcribe_next(process)
    assert Transcript.objects.get().status == Status.DONE


def test_what_the_model_cannot_do_is_refused_in_words(engine: Engine) -> None:
    turbo = Engine(replace(engine._model, info=replace(engine.info, model="large-v3-turbo", can_translate=False)))
    submitted("en-short-1.flac", task="translate")
    transcribe_next(WorkerProcess(turbo, name="gpu-turbo"))
    turbo.close()
    row = Transcript.objects.get()
    assert (row.status, row.failure) == (Status.FAILED, Failure.UNSUPPORTED)
    assert row.error.startswith("The model large-v3-turbo was not trained to translate")


@pytest.mark.parametrize("status", [Status.RUNNING, Status.DONE, Status.FAILED, Status.CANCELLED])
def test_a_ring_for_a_transcript_that_does_not_wait_is_dropped(status: Status, process: WorkerProcess) -> None:
    in_state(status)
    before = Transcript.objects.values().get()
    transcribe_next(process)
    transcribe_next(process)
    assert Transcript.objects.values().get() == before


@pytest.mark.django_db(transaction=True)
def test_two_rings_for_one_transcript_are_one_transcription(process: WorkerProcess) -> None:
    submitted("en-short-1.flac")
    together(*[partial(transcribe_next, process)] * 2)
    assert (Transcript.objects.get().attempts, Attempt.objects.count()) == (1, 1)
    assert Transcript.objects.get().segment_count == 1
