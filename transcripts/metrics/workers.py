"""What the workers said of themselves with their last heartbeats: one scrape of the web sees all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from transcripts.models import Worker
from transcripts.models.worker import SILENT_AFTER

# One that died without a word is told as down for so long; then nobody waits for it any more.
REMEMBERED = timedelta(days=1)

WORKER = {
    "whisperhub_worker_up": "1: heard of within the last 15 seconds; 0: gone without a word within the last day.",
    "whisperhub_worker_age_seconds": "Seconds since its last heartbeat.",
    "whisperhub_worker_uptime_seconds": "Seconds from its start to its last heartbeat.",
    "whisperhub_worker_jobs": "Recordings that it has in work.",
}
STEPS = {
    "calls": ("whisperhub_model_calls", "Calls of the model."),
    "windows": ("whisperhub_model_windows", "Windows of audio in these calls."),
    "seconds": ("whisperhub_model_seconds", "Seconds that these calls took."),
    "audio": ("whisperhub_model_audio_seconds", "Seconds of audio in these windows."),
}
CARDS = {
    "memory_used": ("whisperhub_gpu_memory_used_bytes", "Bytes in use on the card, by any program."),
    "memory_total": ("whisperhub_gpu_memory_size_bytes", "Bytes that the card has."),
    "utilisation": ("whisperhub_gpu_utilisation_ratio", "Share of the time in which the card computed, 0 to 1."),
}


class WorkersCollector:
    """For a registry: one query at each `collect`."""

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        now = timezone.now()
        rows = list(Worker.objects.present().filter(last_seen_at__gt=now - REMEMBERED))
        alive = [row for row in rows if now - row.last_seen_at < SILENT_AFTER]
        yield GaugeMetricFamily("whisperhub_workers", "Workers heard of within the last 15 seconds.", len(alive))
        info = GaugeMetricFamily(
            "whisperhub_worker_info",
            "1; what it runs is in its labels.",
            labels=["worker", "model", "revision", "device", "compute_type", "version"],
        )
        families = {name: GaugeMetricFamily(name, text, labels=["worker"]) for name, text in WORKER.items()}
        for row in rows:
            info.add_metric(
                [row.name, row.model, row.model_revision, row.device_name, row.compute_type, row.version], 1
            )
            values = (
                float(row in alive),
                max((now - row.last_seen_at).total_seconds(), 0.0),
                max((row.last_seen_at - row.started_at).total_seconds(), 0.0),
                row.running_jobs,
            )
            for family, value in zip(families.values(), values, strict=True):
                family.add_metric([row.name], value)
        yield from (info, *families.values(), *_models(rows), *_cards(alive))


def _models(rows: list[Worker]) -> Iterator[Metric]:
    """Of every model of every worker."""
    told = [(row.name, model, load) for row in rows for model, load in row.figures.get("models", {}).items()]
    running = GaugeMetricFamily(
        "whisperhub_model_running_windows",
        "Windows of audio in the call that the model is in: its batch.",
        labels=["worker", "model"],
    )
    waiting = GaugeMetricFamily(
        "whisperhub_model_waiting_audio_seconds",
        "Seconds of audio, cut into windows, that wait for the model.",
        labels=["worker", "model", "class"],
    )
    for worker, model, load in told:
        running.add_metric([worker, model], load["running"])
        for name, seconds in load["waiting"].items():
            waiting.add_metric([worker, model, name], seconds)
    yield from (running, waiting)
    for figure, (name, text) in STEPS.items():
        family = CounterMetricFamily(name, text, labels=["worker", "model", "step"])
        for worker, model, load in told:
            for step, sums in load["steps"].items():
                family.add_metric([worker, model, step], sums[figure])
        yield family


def _cards(rows: list[Worker]) -> Iterator[Metric]:
    cards: list[tuple[str, dict[str, Any]]] = [
        (row.name, card) for row in rows for card in row.figures.get("cards", ())
    ]
    for figure, (name, text) in CARDS.items():
        family = GaugeMetricFamily(name, text, labels=["worker", "gpu", "name"])
        for worker, card in cards:
            if card[figure] is not None:
                family.add_metric([worker, card["index"], card["name"]], card[figure])
        yield family
