"""Every figure says what the rows say, in a text that Prometheus reads, for a handful of queries."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as hub
from django.utils import timezone
from pytest_django import Settings

from tests.metrics.scraped import families, open_families, value
from tests.rows import in_state, recording, said, worker
from transcripts import lifecycle
from transcripts.engine.figures import LoadFigures, StepFigures
from transcripts.engine.gpu import CardFigures
from transcripts.metrics import requests
from transcripts.models import Delivery, Priority, Recording, Status, Transcript, Webhook, Worker
from transcripts.webhooks import outbox
from transcripts.worker_figures import figures

pytestmark = pytest.mark.django_db

LOAD = LoadFigures(
    jobs=3,
    running=4,
    waiting={"interactive": 12.0, "bulk": 600.5},
    steps={"decode": StepFigures(10, 55, 20.0, 1500.0), "interactive": StepFigures(4, 5, 1.5, 40.0)},
)
LOADS = {"large-v3-turbo": LOAD, "medium": LoadFigures(steps={"decode": StepFigures(3, 7, 2.0, 100.0)})}
CARDS = (
    CardFigures("0", "Quadro M4000", 2 * 1024**3, 8 * 1024**3, 0.97),
    CardFigures("1", "GRID", None, None, None),
)


def _waiting(priority: Priority, ms: int | None, asked_ago: float = 0.0) -> Transcript:
    transcript = in_state(Status.QUEUED, of=recording(duration_ms=ms), priority=priority).transcript
    Transcript.objects.filter(pk=transcript.pk).update(created_at=timezone.now() - timedelta(seconds=asked_ago))
    return transcript


def test_the_queue_is_told_by_priority_with_the_audio_that_waits() -> None:
    _waiting(Priority.NORMAL, 60_000, asked_ago=30)
    _waiting(Priority.NORMAL, 30_500, asked_ago=90)
    _waiting(Priority.NORMAL, None)
    _waiting(Priority.BULK, 3_600_000, asked_ago=5)
    assert value("whisperhub_queue_transcripts", priority="normal") == 3
    assert value("whisperhub_queue_audio_seconds", priority="normal") == 90.5
    assert 90 <= (value("whisperhub_queue_oldest_seconds", priority="normal") or 0) < 150
    assert value("whisperhub_queue_audio_seconds", priority="bulk") == 3600
    for name in ("transcripts", "audio_seconds", "oldest_seconds"):
        assert value(f"whisperhub_queue_{name}", priority="interactive") == 0


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({"clip_start": 10.5}, 49.5),
        ({"clip_end": 20}, 20),
        ({"clip_start": 10.5, "clip_end": 20.0}, 9.5),
        ({"clip_start": 70}, 0),
        ({"clip_end": 1_000_000.0, "prompt": "x"}, 60),
    ],
)
def test_of_a_clip_only_what_is_to_be_heard_waits(options: dict[str, Any], seconds: float) -> None:
    in_state(Status.QUEUED, of=recording(duration_ms=60_000), options=options)
    assert value("whisperhub_queue_audio_seconds", priority="normal") == seconds


def test_what_an_earlier_attempt_has_done_does_not_wait_any_more() -> None:
    held = in_state(Status.RUNNING, of=recording(duration_ms=60_000))
    lifecycle.store_window(held.lease, said("word"), transcribed_ms=25_000)
    assert value("whisperhub_running_transcripts", priority="normal") == 1
    assert value("whisperhub_running_audio_seconds", priority="normal") == 35
    lifecycle.release(held.lease, processing_ms=0)
    assert value("whisperhub_queue_audio_seconds", priority="normal") == 35


def test_a_length_that_was_guessed_too_short_takes_nothing_from_the_others() -> None:
    held = in_state(Status.RUNNING, of=recording(duration_ms=10_000))
    lifecycle.store_window(held.lease, said("word"), transcribed_ms=900_000)
    lifecycle.release(held.lease, processing_ms=0)
    _waiting(Priority.NORMAL, 7000)
    assert value("whisperhub_queue_audio_seconds", priority="normal") == 7


def test_ends_are_told_by_outcome_and_reason_and_are_there_before_the_first() -> None:
    assert value("whisperhub_failures_total", reason="media") == 0
    for status in (Status.DONE, Status.DONE, Status.FAILED, Status.CANCELLED):
        in_state(status)
    assert value("whisperhub_transcripts_total", outcome="done") == 2
    assert value("whisperhub_transcripts_total", outcome="failed") == 1
    assert value("whisperhub_transcripts_total", outcome="cancelled") == 1
    assert value("whisperhub_failures_total", reason="media") == 1
    assert value("whisperhub_failures_total", reason="internal") == 0
    assert value("whisperhub_processing_seconds_total") == 2.7  # two of 1.2 s and one of 0.3 s


def test_the_time_to_the_words_is_a_histogram_by_length() -> None:
    for after, heard in ((0.5, 9000), (4, 9000), (20_000, 9000), (8, 600_000)):
        held = in_state(Status.RUNNING, of=recording(duration_ms=heard))
        lifecycle.store_window(held.lease, said("word"), transcribed_ms=heard)
        asked = Transcript.objects.get(pk=held.transcript.pk).created_at
        lifecycle.complete(held.lease, processing_ms=1, at=asked + timedelta(seconds=after))
    name = "whisperhub_turnaround_seconds"
    below = [value(f"{name}_bucket", length="10s", le=bound) for bound in ("1", "2", "5", "10800", "+Inf")]
    assert below == [1, 1, 2, 2, 3]
    assert value(f"{name}_count", length="10s") == 3
    assert value(f"{name}_sum", length="10s") == 20_004.5
    assert value(f"{name}_count", length="10m") == 1
    assert value(f"{name}_count", length="longer") == 0
    assert value("whisperhub_audio_seconds_total") == 627


def test_counters_outlive_the_recordings_that_they_counted() -> None:
    in_state(Status.DONE)
    Recording.objects.all().delete()
    assert value("whisperhub_transcripts_total", outcome="done") == 1


def test_a_worker_is_told_with_what_its_model_and_its_cards_do() -> None:
    worker(running_jobs=3, figures=figures(LOADS, CARDS))
    assert value("whisperhub_workers") == value("whisperhub_worker_up", worker="gpu-1") == 1
    assert value("whisperhub_worker_jobs", worker="gpu-1") == 3
    labels = {"worker": "gpu-1", "model": "large-v3-turbo"}
    assert value("whisperhub_model_running_windows", **labels) == 4
    labels["class"] = "bulk"
    assert value("whisperhub_model_waiting_audio_seconds", **labels) == 600.5
    step = {"worker": "gpu-1", "model": "large-v3-turbo", "step": "decode"}
    assert value("whisperhub_model_calls_total", **step) == 10
    assert value("whisperhub_model_windows_total", **step) == 55
    assert value("whisperhub_model_seconds_total", **step) == 20
    assert value("whisperhub_model_audio_seconds_total", **step) == 1500
    assert value("whisperhub_model_windows_total", **step | {"model": "medium"}) == 7
    assert value("whisperhub_model_running_windows", worker="gpu-1", model="medium") == 0
    card = {"worker": "gpu-1", "gpu": "0", "name": "Quadro M4000"}
    assert value("whisperhub_gpu_memory_used_bytes", **card) == 2 * 1024**3
    assert value("whisperhub_gpu_memory_size_bytes", **card) == 8 * 1024**3
    assert value("whisperhub_gpu_utilisation_ratio", **card) == 0.97
    assert value("whisperhub_gpu_utilisation_ratio", worker="gpu-1", gpu="1", name="GRID") is None
    told = {"model": "large-v3-turbo", "revision": "", "device": "cuda (Quadro M4000)", "compute_type": "float32"}
    assert value("whisperhub_worker_info", worker="gpu-1", version=hub.VERSION, **told) == 1


def test_a_silent_worker_is_down_for_a_day_and_then_forgotten() -> None:
    worker("gone", last_seen_at=timezone.now() - timedelta(minutes=2), figures=figures(LOADS, CARDS))
    worker("forgotten", last_seen_at=timezone.now() - timedelta(days=2))
    assert value("whisperhub_workers") == value("whisperhub_worker_up", worker="gone") == 0
    assert 120 <= (value("whisperhub_worker_age_seconds", worker="gone") or 0) < 180
    assert value("whisperhub_worker_up", worker="forgotten") is None
    # Its sums stay what they were, its card is not what it was.
    assert value("whisperhub_model_calls_total", worker="gone", model="medium", step="decode") == 3
    assert families()["whisperhub_gpu_memory_used_bytes"].samples == []


def test_a_worker_of_an_older_version_that_tells_no_figures_is_told_all_the_same() -> None:
    worker(figures={"running": 1, "waiting": {}, "steps": {}, "cards": []})
    assert value("whisperhub_worker_up", worker="gpu-1") == 1


def test_the_webhooks_backlog_is_told() -> None:
    assert value("whisperhub_webhook_oldest_pending_seconds") == 0
    hook = Webhook.objects.create(url="https://werify.example/", events=["ping"])
    for _ in range(3):
        outbox.ping(hook)
    Delivery.objects.update(created_at=timezone.now() - timedelta(seconds=100))
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(status=Delivery.Status.DELIVERED)
    Webhook.objects.create(url="https://dead.example/", events=["ping"], disabled_at=timezone.now())
    assert value("whisperhub_webhook_deliveries_pending") == 2
    assert 100 <= (value("whisperhub_webhook_oldest_pending_seconds") or 0) < 160
    assert value("whisperhub_webhooks_disabled") == 1


def test_the_disk_is_the_one_where_uploads_stream_in(settings: Settings) -> None:
    assert value("whisperhub_disk_free_bytes") is None  # not there before the first upload
    settings.MEDIA_ROOT.mkdir(parents=True)
    size = os.statvfs(settings.MEDIA_ROOT)
    assert value("whisperhub_disk_size_bytes") == size.f_frsize * size.f_blocks


def test_requests_are_counted_by_route_and_class_of_status() -> None:
    name, labels = "whisperhub_http_request_duration_seconds", {"route": "api-transcript", "status": "2xx"}
    count, total = value(f"{name}_count", **labels) or 0, value(f"{name}_sum", **labels) or 0
    requests.observe("api-transcript", 200, 0.3)
    requests.observe("api-transcript", 204, 0.5)
    requests.observe("api-transcript", 404, 9.0)
    assert value(f"{name}_count", **labels) == count + 2
    assert value(f"{name}_sum", **labels) == pytest.approx(total + 0.8)


def test_every_figure_is_valid_in_both_formats_and_has_words_and_a_name_of_ours() -> None:
    worker(figures=figures(LOADS, CARDS))
    in_state(Status.DONE)
    requests.observe("health", 200, 0.1)
    read = {family.name: family for family in open_families()}
    assert read.keys() == families().keys()
    for name, family in read.items():
        assert name.startswith("whisperhub_")
        assert family.documentation.endswith(".")
        assert family.type in ("gauge", "counter", "histogram")


def test_a_scrape_costs_five_queries_however_much_there_is(django_assert_num_queries: Any) -> None:
    for name in ("gpu-1", "gpu-2", "gpu-3"):
        worker(name, figures=figures(LOADS, CARDS))
    for status in (*Status, *Status):
        in_state(status)
    with django_assert_num_queries(5):
        families()


def test_the_figures_of_all_web_processes_are_added_up(tmp_path: Path) -> None:
    environment = {**os.environ, requests.FOLDER: str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    observe = "from transcripts.metrics import requests; requests.observe('health', 200, 0.2);"
    tell = "from prometheus_client import generate_latest, CollectorRegistry; registry = CollectorRegistry();"
    tell += "registry.register(requests.collector()); print(generate_latest(registry).decode())"
    for words in (observe, observe, observe + tell):
        ran = subprocess.run(
            [sys.executable, "-c", words], cwd=hub.BASE_DIR, env=environment, capture_output=True, text=True, check=True
        )
    name = "whisperhub_http_request_duration_seconds"
    assert value(f"{name}_count", text=ran.stdout, route="health", status="2xx") == 3
    assert value(f"{name}_bucket", text=ran.stdout, route="health", status="2xx", le="0.25") == 3
    assert value(f"{name}_bucket", text=ran.stdout, route="health", status="2xx", le="0.1") == 0


def test_no_name_of_a_recording_or_a_key_is_told() -> None:
    in_state(Status.QUEUED)
    Worker.objects.all().delete()
    assert "meeting" not in str(families())
