"""The worker process: what it says of itself, and the leases that its heartbeat keeps alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.rows import after_the_lease, claimed, in_state
from transcripts import lifecycle, sweeper, tasks, worker
from transcripts.engine.engine import Engine
from transcripts.models import Status, Transcript, Worker
from transcripts.worker import WorkerProcess


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.005)


@pytest.mark.django_db
def test_a_worker_tells_what_it_runs_and_where(process: WorkerProcess, settings: Settings) -> None:
    process.beat()
    row, info = Worker.objects.get(), process.engine.info
    assert (row.name, row.model, row.model_revision, row.note) == ("gpu-test", info.model, info.revision, info.note)
    assert (row.device, row.device_name, row.compute_type) == (info.device, info.device_name, info.compute_type)
    assert (row.gpu_available, row.can_translate) == (info.gpu_available, info.can_translate)
    assert (row.version, row.running_jobs, row.is_alive) == (settings.VERSION, 0, True)
    assert row.model.startswith("demo")
    assert row.note


@pytest.mark.django_db
def test_a_worker_without_a_name_is_called_by_host_and_process(engine: Engine) -> None:
    host, process_id = WorkerProcess(engine).name.rsplit(":", 1)
    assert host
    assert int(process_id) > 1


@pytest.mark.django_db
def test_a_beat_renews_every_lease_that_is_held_and_no_other(process: WorkerProcess) -> None:
    held, dropped = in_state(Status.RUNNING), in_state(Status.RUNNING)
    old = timezone.now() - timedelta(seconds=30)
    Transcript.objects.update(lease_expires_at=old)
    with process.holding(dropped.lease):
        pass
    with process.holding(held.lease) as holding:
        process.beat()
        assert Worker.objects.get().running_jobs == 1
        assert not holding.must_stop()
    assert Transcript.objects.get(pk=dropped.transcript.pk).lease_expires_at == old
    renewed = Transcript.objects.get(pk=held.transcript.pk).lease_expires_at
    assert renewed is not None
    assert renewed > timezone.now()


@pytest.mark.django_db
def test_a_job_whose_lease_is_lost_is_told_by_the_next_beat_and_the_others_go_on(process: WorkerProcess) -> None:
    lost, kept = in_state(Status.RUNNING), in_state(Status.RUNNING)
    with process.holding(lost.lease) as losing, process.holding(kept.lease) as keeping:
        lifecycle.cancel(lost.transcript.pk)
        process.beat()
        assert losing.must_stop()
        assert not keeping.must_stop()


@pytest.mark.django_db
def test_a_worker_that_drains_tells_all_its_jobs_at_once(process: WorkerProcess) -> None:
    first, second = in_state(Status.RUNNING), in_state(Status.RUNNING)
    with process.holding(first.lease) as one, process.holding(second.lease) as two:
        process.drain()
        assert one.must_stop()
        assert two.must_stop()


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_a_long_job_from_the_sweeper_until_the_worker_stops(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(engine, "close", lambda: None)  # the other tests need it
    transcript = in_state(Status.QUEUED).transcript
    process = WorkerProcess(engine, name="gpu-long")
    process.start()
    try:
        with process.holding(claimed(transcript)):
            Transcript.objects.update(lease_expires_at=timezone.now())
            _until(lambda: Transcript.objects.get().lease_expires_at > timezone.now() + timedelta(seconds=1))  # type: ignore[operator]
            sweeper.sweep()
            assert Transcript.objects.get().status == Status.RUNNING
    finally:
        process.stop()
    assert not Worker.objects.present().exists()
    assert not Worker.objects.get().is_alive
    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat"]
    sweeper.sweep(at=after_the_lease())
    assert Transcript.objects.get().status == Status.QUEUED


@pytest.mark.django_db
def test_a_doorbell_message_makes_this_process_work_on_the_transcript(
    process: WorkerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_current", None)
    transcript = in_state(Status.QUEUED).transcript
    with pytest.raises(RuntimeError, match="The gpu queue is served by"):
        tasks.transcribe(str(transcript.pk))
    assert Transcript.objects.get().status == Status.QUEUED
    worker.become(process)
    tasks.transcribe(str(transcript.pk))
    assert Transcript.objects.get().worker == ""  # its file is missing: it was tried, and waits again
    assert Transcript.objects.get().attempts == 1


@pytest.mark.django_db
def test_the_sweepers_message_sweeps() -> None:
    in_state(Status.RUNNING)
    Transcript.objects.update(lease_expires_at=timezone.now())
    tasks.sweep()
    assert Transcript.objects.get().status == Status.QUEUED


@pytest.mark.django_db(transaction=True)
def test_each_beat_says_that_the_worker_is_alive(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(engine, "close", lambda: None)  # the other tests need it
    said: list[float] = []
    process = WorkerProcess(engine, name="gpu-alive", alive=lambda: said.append(time.monotonic()))
    process.start()
    try:
        _until(lambda: len(said) >= 3)
    finally:
        process.stop()
