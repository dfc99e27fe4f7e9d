"""`/health`: what the workers said of themselves within the last seconds, for monitors and people without a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.rows import in_state, worker
from transcripts.engine.device import choose
from transcripts.models import Status, Transcript, Worker
from transcripts.models.worker import SILENT_AFTER

pytestmark = pytest.mark.django_db


def _health() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/health")
    assert answer["Content-Type"] == "application/json"
    return answer.status_code, answer.json()


def test_with_a_live_worker_it_says_what_runs_where() -> None:
    worker(running_jobs=3, model_revision="0c94664816ec82be77b20e824c8e8675995b0029")
    assert _health() == (
        200,
        {
            "status": "healthy",
            "model": "large-v3-turbo",
            "model_revision": "0c94664816ec82be77b20e824c8e8675995b0029",
            "models": ["large-v3-turbo"],
            "device": "cuda (Quadro M4000)",
            "gpu_available": True,
            "compute_type": "float32",
            "workers": 1,
            "running": 3,
            "queue_depth": 0,
            "oldest_waiting_seconds": 0.0,
            "version": settings.VERSION,
        },
    )


def test_without_a_worker_it_is_unavailable_and_says_what_to_look_at() -> None:
    status, body = _health()
    assert status == 503
    assert body.pop("note").startswith("No worker has reported within the last seconds.")
    assert body == {
        "status": "unavailable",
        "model": None,
        "model_revision": None,
        "models": [],
        "device": None,
        "gpu_available": False,
        "compute_type": None,
        "workers": 0,
        "running": 0,
        "queue_depth": 0,
        "oldest_waiting_seconds": 0.0,
        "version": settings.VERSION,
    }


def test_it_names_every_model_that_a_request_may_name_once() -> None:
    turbo, medium = ({"name": name, "model": f"Systran/faster-whisper-{name}"} for name in ("turbo", "medium"))
    worker("gpu-1", offered=[turbo, medium])
    worker("gpu-2", offered=[medium])
    worker("gpu-3", offered=[{"name": "gone", "model": "gone"}], last_seen_at=timezone.now() - SILENT_AFTER)
    assert _health()[1]["models"] == ["turbo", "medium"]


def test_a_worker_that_went_silent_is_none() -> None:
    worker(last_seen_at=timezone.now() - SILENT_AFTER)
    assert _health()[0] == 503


def test_a_worker_that_reports_again_is_back() -> None:
    worker(last_seen_at=timezone.now() - timedelta(hours=1))
    Worker.objects.update(last_seen_at=timezone.now())
    assert _health()[0] == 200


def test_the_demo_model_is_named_and_explained() -> None:
    worker(model="demo", device="cpu", device_name=choose("cpu").name, gpu_available=False, note="It knows few words.")
    body = _health()[1]
    assert (body["model"], body["device"], body["gpu_available"]) == ("demo", "cpu", False)
    assert body["note"] == "It knows few words."


def test_several_workers_are_counted_and_their_jobs_added() -> None:
    worker("gpu-1", running_jobs=2, started_at=timezone.now() - timedelta(hours=2))
    worker("gpu-2", running_jobs=5, model="medium")
    worker("gpu-3", running_jobs=9, last_seen_at=timezone.now() - timedelta(minutes=1))
    body = _health()[1]
    assert (body["workers"], body["running"], body["model"]) == (2, 7, "large-v3-turbo")


def test_the_queue_is_what_waits_and_not_what_runs_or_has_ended() -> None:
    for status in Status:
        in_state(status)
    oldest = in_state(Status.QUEUED).transcript
    Transcript.objects.filter(pk=oldest.pk).update(created_at=timezone.now() - timedelta(seconds=90))
    Transcript.objects.filter(status=Status.RUNNING).update(created_at=timezone.now() - timedelta(hours=1))
    body = _health()[1]
    assert body["queue_depth"] == 2
    assert 90 <= body["oldest_waiting_seconds"] < 120


def test_a_clock_that_runs_ahead_makes_nobody_wait_less_than_no_time() -> None:
    in_state(Status.QUEUED)
    Transcript.objects.update(created_at=timezone.now() + timedelta(hours=1))
    assert _health()[1]["oldest_waiting_seconds"] == 0.0


def test_it_names_no_machine_and_no_recording() -> None:
    worker("secret-host:4711")
    in_state(Status.QUEUED)
    assert "secret-host" not in str(_health())
    assert "meeting.wav" not in str(_health())


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_can_only_be_read(method: str) -> None:
    answer = getattr(Client(), method)("/health")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_it_costs_three_queries_however_long_the_queue(django_assert_num_queries: Any) -> None:
    worker()
    for _ in range(5):
        in_state(Status.QUEUED)
    with django_assert_num_queries(3):
        _health()
