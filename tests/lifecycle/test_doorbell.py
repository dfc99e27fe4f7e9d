"""The doorbell: rung after commit; a queue that is away delays the work and fails nobody."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.db import transaction
from django.utils import timezone

from tests.lifecycle.conftest import Rung
from tests.rows import in_state, recording
from transcripts import doorbell, lifecycle, sweeper
from transcripts.models import Status, Transcript
from whisperhub import celery_app

pytestmark = pytest.mark.django_db(transaction=True)

UseBroker = Callable[..., None]


@pytest.fixture
def use_broker() -> Iterator[UseBroker]:
    """`use_broker(url, **transport_options)`: the same application, at another broker, until the test ends."""
    apps: list[Celery] = []

    def use(url: str, **transport_options: str) -> None:
        app = Celery("elsewhere", broker=url)
        app.conf.update(
            task_routes=celery_app.conf.task_routes,
            task_publish_retry_policy=celery_app.conf.task_publish_retry_policy,
            broker_transport_options=transport_options,
        )
        apps.append(app)
        app.set_current()

    yield use
    celery_app.set_current()
    for app in apps:
        app.close()


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_a_ring_names_the_transcript_on_the_gpu_queue(rung: Rung) -> None:
    transcript = in_state(Status.QUEUED).transcript
    assert rung() == [str(transcript.pk)]


def test_nothing_rings_before_the_commit_makes_the_row_visible(rung: Rung) -> None:
    with transaction.atomic():
        transcript = in_state(Status.QUEUED).transcript
        assert rung() == []
    assert rung() == [str(transcript.pk)]


def test_nothing_rings_for_a_row_that_was_rolled_back(rung: Rung) -> None:
    with transaction.atomic():
        in_state(Status.QUEUED)
        transaction.set_rollback(True)
    assert rung() == []
    assert not Transcript.objects.exists()


def test_every_verb_that_makes_a_transcript_wait_again_rings(rung: Rung) -> None:
    stopped, cancelled = in_state(Status.RUNNING), in_state(Status.CANCELLED)
    rung()
    lifecycle.release(stopped.lease, processing_ms=0)
    lifecycle.retry(cancelled.transcript.pk)
    assert rung() == [str(held.transcript.pk) for held in (stopped, cancelled)]


def test_what_broke_off_is_rung_for_when_it_has_rested_and_no_sooner(rung: Rung) -> None:
    broken, now = in_state(Status.RUNNING), timezone.now()
    rung()
    lifecycle.requeue(broken.lease, "The GPU was away.", processing_ms=0, at=now)
    sweeper.sweep(at=now + lifecycle.RESTS[0] - timedelta(seconds=1))
    assert rung() == []
    sweeper.sweep(at=now + lifecycle.RESTS[0])
    assert rung() == [str(broken.transcript.pk)]
    sweeper.sweep(at=now + lifecycle.RESTS[0] + timedelta(seconds=1))
    assert rung() == []


def test_a_redis_that_is_away_does_not_fail_a_submission(
    use_broker: UseBroker, closed_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    use_broker(f"redis://127.0.0.1:{closed_port}/0")
    transcript = lifecycle.submit(recording())
    assert Transcript.objects.get(pk=transcript.pk).status == Status.QUEUED
    assert f"Could not ring for transcript {transcript.pk}" in caplog.text


def test_a_queue_folder_that_cannot_be_written_does_not_fail_a_submission(
    use_broker: UseBroker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "control").mkdir()
    (tmp_path / "messages").write_text("a file where the folder should be")
    folder = str(tmp_path / "messages")
    use_broker("folder://", data_folder_in=folder, data_folder_out=folder, control_folder=str(tmp_path / "control"))
    transcript = lifecycle.submit(recording())
    assert Transcript.objects.get(pk=transcript.pk).status == Status.QUEUED
    assert f"Could not ring for transcript {transcript.pk}" in caplog.text


def test_the_sweeper_rings_for_what_could_not_be_rung_for(use_broker: UseBroker, closed_port: int, rung: Rung) -> None:
    use_broker(f"redis://127.0.0.1:{closed_port}/0")
    transcript = lifecycle.submit(recording())
    celery_app.set_current()
    assert rung() == []
    assert transcript.rung_at is not None
    sweeper.sweep(at=transcript.rung_at + sweeper.RING_AGAIN_AFTER)
    assert rung() == [str(transcript.pk)]


def test_ringing_twice_is_ringing_once(rung: Rung) -> None:
    transcript = in_state(Status.QUEUED).transcript
    doorbell.ring(transcript.pk)
    first, second = (lifecycle.claim(transcript.pk, worker=name) for name in rung())
    assert first is not None
    assert second is None
