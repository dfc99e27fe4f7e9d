"""The figures of a real hub: two web processes and a worker, one scrape."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.e2e.conftest import StartStack
from tests.e2e.stack import Stack
from tests.metrics.scraped import value
from tests.speech import SAMPLES

pytestmark = pytest.mark.e2e

SPOKEN = SAMPLES / "en-short-1.flac"
TOKEN = "the token of the monitoring"
REQUESTS = 12


def scraped(stack: Stack) -> str:
    """One scrape."""
    answer = httpx.get(f"{stack.base_url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_one_scrape_of_the_web_tells_of_every_process(start_stack: StartStack) -> None:
    stack = start_stack(WHISPERHUB_METRICS_TOKEN=TOKEN, WHISPERHUB_WEB_PROCESSES="2")
    for _ in range(REQUESTS):  # each on a connection of its own: now this process answers, now that
        httpx.get(f"{stack.base_url}/health/live")
    with stack.client() as client:
        assert client.post("/transcribe", files={"file": SPOKEN.read_bytes()}).status_code == 200

    text = scraped(stack)
    assert value("whisperhub_transcripts_total", text=text, outcome="done") == 1
    assert value("whisperhub_turnaround_seconds_count", text=text, length="10s") == 1
    assert (value("whisperhub_audio_seconds_total", text=text) or 0) > 1
    assert value("whisperhub_workers", text=text) == 1
    live = "whisperhub_http_request_duration_seconds_count"
    assert value(live, text=text, route="health-live", status="2xx") == REQUESTS
    assert value(live, text=text, route="transcribe", status="2xx") == 1

    deadline = time.monotonic() + 20  # the worker's figures come with its next heartbeat
    while "whisperhub_model_windows_total{" not in text and time.monotonic() < deadline:
        time.sleep(0.5)
        text = scraped(stack)
    # A clip of a job whose language is asked for too: one window to detect it, one to hear it.
    (worker,) = {line.split('"')[1] for line in text.splitlines() if line.startswith("whisperhub_worker_up{")}
    windows = value("whisperhub_model_windows_total", text=text, worker=worker, step="interactive")
    calls = value("whisperhub_model_calls_total", text=text, worker=worker, step="interactive")
    assert windows == calls == 2
    assert (value("whisperhub_model_seconds_total", text=text, worker=worker, step="interactive") or 0) > 0
