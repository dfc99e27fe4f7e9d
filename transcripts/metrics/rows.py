"""What the rows say: queue, ends, webhooks, disk. A handful of queries, however many rows."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, FloatField, Min, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from transcripts import tallies
from transcripts.models import Delivery, Failure, Priority, Status, Tally, Transcript, Webhook
from transcripts.orders.values import MOST_SECONDS

Outcome = Tally.Outcome
ENDS = (Outcome.DONE, Outcome.FAILED, Outcome.CANCELLED)
INTERRUPTIONS = (Outcome.LOST, Outcome.RELEASED, Outcome.BROKE_OFF)


class RowsCollector:
    """For a registry: reads anew at each `collect`."""

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        now = timezone.now()
        info = GaugeMetricFamily("whisperhub_info", "1; the version is its label.", labels=["version"])
        info.add_metric([settings.VERSION], 1)
        yield info
        yield from _queue(now)
        yield from _ends(list(Tally.objects.all()))
        yield from _webhooks(now)
        yield from _disk()


def _queue(now: datetime) -> Iterator[Metric]:
    until = Least(
        Coalesce(F("recording__duration_ms"), 0.0, output_field=FloatField()),
        _clip_ms("clip_end", MOST_SECONDS * 1000.0),
    )
    since = Greatest(F("transcribed_ms"), _clip_ms("clip_start", 0.0), output_field=FloatField())
    left = Greatest(until - since, 0.0, output_field=FloatField())
    rows = list(
        Transcript.objects.open()
        .order_by()
        .values("status", "priority")
        .annotate(count=Count("pk"), left_ms=Sum(left), oldest=Min("created_at"))
    )
    found = {(row["status"], row["priority"]): row for row in rows}
    labels = ["priority"]
    waiting = GaugeMetricFamily("whisperhub_queue_transcripts", "Transcripts that wait for a worker.", labels=labels)
    audio = GaugeMetricFamily(
        "whisperhub_queue_audio_seconds",
        "Seconds of audio that wait, without recordings whose length is not known yet.",
        labels=labels,
    )
    oldest = GaugeMetricFamily(
        "whisperhub_queue_oldest_seconds", "Seconds since the oldest that waits was asked for; 0: none.", labels=labels
    )
    running = GaugeMetricFamily("whisperhub_running_transcripts", "Transcripts that workers hold.", labels=labels)
    remaining = GaugeMetricFamily(
        "whisperhub_running_audio_seconds", "Seconds of audio of those that are not transcribed yet.", labels=labels
    )
    for priority in Priority.values:
        queued, held = found.get((Status.QUEUED, priority)), found.get((Status.RUNNING, priority))
        waiting.add_metric([priority], queued["count"] if queued else 0)
        audio.add_metric([priority], _seconds_left(queued))
        oldest.add_metric([priority], _age(now, queued["oldest"] if queued else None))
        running.add_metric([priority], held["count"] if held else 0)
        remaining.add_metric([priority], _seconds_left(held))
    return iter((waiting, audio, oldest, running, remaining))


def _clip_ms(name: str, default: float) -> Coalesce:
    """A bound of what is to be heard, in milliseconds of the recording."""
    return Coalesce(Cast(KT(f"options__{name}"), FloatField()) * 1000.0, default, output_field=FloatField())


def _seconds_left(row: Mapping[str, Any] | None) -> float:
    return row["left_ms"] / 1000 if row else 0.0


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def _ends(rows: list[Tally]) -> Iterator[Metric]:
    ends = CounterMetricFamily("whisperhub_transcripts", "Transcripts that came to an end.", labels=["outcome"])
    failures = CounterMetricFamily("whisperhub_failures", "Transcripts that failed for good.", labels=["reason"])
    interruptions = CounterMetricFamily(
        "whisperhub_interruptions", "Attempts that ended before their transcript did.", labels=["reason"]
    )
    by_outcome, by_reason = Counter[str](), Counter[str]()
    for row in rows:
        by_outcome[row.outcome] += row.count
        if row.outcome == Outcome.FAILED:
            by_reason[row.reason] += row.count
    for outcome in ENDS:
        ends.add_metric([outcome], by_outcome[outcome])
    for reason in Failure.values:
        failures.add_metric([reason], by_reason[reason])
    for outcome in INTERRUPTIONS:
        interruptions.add_metric([outcome], by_outcome[outcome])
    yield from (ends, failures, interruptions)
    yield CounterMetricFamily(
        "whisperhub_audio_seconds", "Seconds of audio that were transcribed.", sum(row.audio_ms for row in rows) / 1000
    )
    yield CounterMetricFamily(
        "whisperhub_processing_seconds",
        "Seconds that attempts were at work, those side by side each for itself.",
        sum(row.processing_ms for row in rows) / 1000,
    )
    yield _turnaround(row for row in rows if row.outcome == Outcome.DONE)


def _turnaround(rows: Iterable[Tally]) -> Metric:
    family = HistogramMetricFamily(
        "whisperhub_turnaround_seconds", "Seconds from asked for to done, by length of the audio.", labels=["length"]
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    sums = Counter[str]()
    for row in rows:
        counts[row.length][row.within] += row.count
        sums[row.length] += row.turnaround_ms
    for length in tallies.lengths():
        total, buckets = 0, []
        for bound in (*map(str, tallies.WITHIN), tallies.BEYOND):
            total += counts[length][bound]
            buckets.append((bound, total))
        family.add_metric([length], buckets, sums[length] / 1000)
    return family


def _webhooks(now: datetime) -> Iterator[Metric]:
    backlog = Delivery.objects.pending().aggregate(count=Count("pk"), oldest=Min("created_at"))
    yield GaugeMetricFamily(
        "whisperhub_webhook_deliveries_pending", "Deliveries that are not through yet.", backlog["count"]
    )
    yield GaugeMetricFamily(
        "whisperhub_webhook_oldest_pending_seconds",
        "Seconds since the event that has been waiting longest to be told; 0: none.",
        _age(now, backlog["oldest"]),
    )
    yield GaugeMetricFamily(
        "whisperhub_webhooks_disabled",
        "Endpoints that are told nothing any more.",
        Webhook.objects.exclude(disabled_at=None).count(),
    )


def _disk() -> Iterator[Metric]:
    try:
        disk = shutil.disk_usage(settings.MEDIA_ROOT)
    except OSError:  # not there before the first upload
        return
    yield GaugeMetricFamily("whisperhub_disk_free_bytes", "Free bytes where uploads stream in.", disk.free)
    yield GaugeMetricFamily("whisperhub_disk_size_bytes", "Bytes of that disk.", disk.total)
