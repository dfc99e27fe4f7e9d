"""All figures as one text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from . import requests
from .rows import RowsCollector
from .workers import WorkersCollector


def registry() -> CollectorRegistry:
    """Everything that there is to be told, read when it is collected."""
    everything = CollectorRegistry()
    for collector in (RowsCollector(), WorkersCollector(), requests.collector()):
        everything.register(collector)
    return everything


def written(accept: str) -> tuple[bytes, str]:
    """The figures in the format that `accept` (the header) asks for, and its content type."""
    encode, content_type = choose_encoder(accept)
    return encode(registry()), content_type
