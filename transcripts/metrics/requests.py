"""How long requests took. The only figures that live in the web processes: all others are read from rows."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

# Up to fifteen minutes: `/transcribe` waits for its words.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
# Where every web process keeps its part, so that any of them can tell the sum (whisperhub/gunicorn.py).
FOLDER = "PROMETHEUS_MULTIPROC_DIR"

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each route, which nobody asks for
_own = CollectorRegistry()
_seconds = Histogram(
    "whisperhub_http_request_duration_seconds",
    "Seconds from a request's first line to its answer's last byte, streams too.",
    ("route", "status"),
    buckets=BUCKETS,
    registry=_own,
)


def observe(route: str, status_code: int, seconds: float) -> None:
    """A request has been answered. By the name of its route, of which there is a fixed number, not by its address."""
    _seconds.labels(route or "none", f"{status_code // 100}xx").observe(seconds)


def collector() -> Collector:
    """Of all web processes that share a folder, or of this one."""
    return MultiProcessCollector(None) if FOLDER in os.environ else _own  # type: ignore[no-untyped-call]
