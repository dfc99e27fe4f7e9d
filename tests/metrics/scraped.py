"""What a Prometheus would have read, by the parsers of its own client library."""

from __future__ import annotations

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read

from transcripts.metrics import exposition

OPEN = "application/openmetrics-text; version=1.0.0"


def families(text: str = "") -> dict[str, Metric]:
    """The families of a text of ours (by default of one written now), by name."""
    return {family.name: family for family in read(text or exposition.written("")[0].decode())}


def value(sample: str, /, text: str = "", **labels: str) -> float | None:
    """The value of the one sample with exactly these labels; None if it is not there."""
    found = [
        float(one.value)
        for family in families(text).values()
        for one in family.samples
        if one.name == sample and one.labels == labels
    ]
    assert len(found) <= 1, f"{sample} {labels} is there {len(found)} times"
    return found[0] if found else None


def open_families() -> list[Metric]:
    """Written and read as OpenMetrics, whose parser forbids more."""
    return list(read_open(exposition.written(OPEN)[0].decode()))  # type: ignore[no-untyped-call]
