"""The figures of a real hub: one scrape of the web tells what the web and the worker did."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.e2e.conftest import METRICS_TOKEN
from tests.e2e.stack import Stack
from tests.metrics.scraped import value
from tests.speech import SAMPLES

pytestmark = pytest.mark.e2e

SPOKEN = SAMPLES / "en-short-3.flac"
REQUESTS = 3


class Scrape:
    """What was told at one moment."""

    def __init__(self, stack: Stack) -> None:
        answer = httpx.get(f"{stack.base_url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        assert answer.status_code == 200, answer.text
        self.text = answer.text

    def __call__(self, sample: str, /, **labels: str) -> float:
        """A figure; 0 where it is not told yet."""
        return value(sample, text=self.text, **labels) or 0.0

    @property
    def windows(self) -> float:
        """Windows that any worker has decoded of clips."""
        lines = self.text.splitlines()
        name = "whisperhub_model_windows_total{"
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name) and "interactive" in line)


def test_one_scrape_of_the_web_tells_of_every_process(stack: Stack) -> None:
    before = Scrape(stack)
    for _ in range(REQUESTS):
        httpx.get(f"{stack.base_url}/health/live")
    with stack.client() as client:
        assert client.post("/transcribe", files={"file": SPOKEN.read_bytes()}).status_code == 200

    after, deadline = Scrape(stack), time.monotonic() + 20
    while after.windows < before.windows + 2 and time.monotonic() < deadline:
        time.sleep(0.5)  # the worker's figures come with its next heartbeat
        after = Scrape(stack)

    def grown(sample: str, /, **labels: str) -> float:
        return after(sample, **labels) - before(sample, **labels)

    # A clip whose language is asked for too: one window to detect it, one to hear it. What an earlier test sent and did
    # not wait for may come on top.
    assert after.windows >= before.windows + 2
    assert grown("whisperhub_transcripts_total", outcome="done") >= 1
    assert grown("whisperhub_turnaround_seconds_count", length="10s") >= 1
    assert grown("whisperhub_audio_seconds_total") > 5
    assert after("whisperhub_workers") == 1
    count = "whisperhub_http_request_duration_seconds_count"
    assert grown(count, route="health-live", status="2xx") == REQUESTS
    assert grown(count, route="transcribe", status="2xx") == 1
