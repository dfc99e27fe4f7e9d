"""Clients that do not wait, many that wait at once, and one that waits behind a long recording."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.recordings import Recording, record
from tests.e2e.stack import Stack
from tests.speech import SAMPLES, reference, requires_espeak, word_error_rate

pytestmark = pytest.mark.e2e

CLIPS = 20
SPOKEN = reference("en-short-1.flac")


def test_a_client_that_does_not_wait_finds_its_words_at_the_address(client: httpx.Client) -> None:
    accepted = client.post("/transcribe", files={"file": SPOKEN.path.read_bytes()}, headers={"Prefer": "respond-async"})
    assert accepted.status_code == 202
    assert list(accepted.json()) == ["id", "status", "progress", "error"]
    assert accepted.json()["id"] == accepted.headers["X-Transcript-Id"]

    row = poll(client, accepted)

    assert list(row)[:9] == [  # what the contract names comes first; the native API says more
        "id",
        "status",
        "progress",
        "error",
        "text",
        "language",
        "duration",
        "processing_time",
        "segments",
    ]
    assert (row["status"], row["progress"], row["error"], row["segments"]) == ("done", 1.0, None, None)
    assert word_error_rate(SPOKEN.text, row["text"]) == 0.0


@requires_espeak
def test_twenty_clients_at_once_each_get_their_own_words(stack: Stack, tmp_path: Path) -> None:
    spoken = [record(tmp_path / f"{number}.wav", "en", 1, seed=5000 + number) for number in range(CLIPS)]

    with stack.client() as client, ThreadPoolExecutor(CLIPS) as clients:
        answers = list(clients.map(lambda clip: _text(client, clip), spoken))

    right = [word_error_rate(clip.text, text) <= 0.2 for clip, text in zip(spoken, answers, strict=True)]
    assert sum(right) >= CLIPS - 1, [(clip.text, text) for clip, text in zip(spoken, answers, strict=True)]
    others = [word_error_rate(spoken[number - 1].text, text) > 0.2 for number, text in enumerate(answers)]
    assert all(others)  # nobody got a neighbour's


def test_a_short_clip_is_answered_before_a_long_recording_that_came_first(client: httpx.Client) -> None:
    long = (SAMPLES / "en-long.flac").read_bytes()
    accepted = client.post("/transcribe", files={"file": long}, headers={"Prefer": "respond-async"})

    answer = client.post("/transcribe", files={"file": SPOKEN.path.read_bytes()})

    assert answer.status_code == 200
    assert client.get(accepted.headers["Location"]).json()["status"] in ("queued", "running")
    assert poll(client, accepted)["status"] == "done"


def poll(client: httpx.Client, accepted: httpx.Response) -> dict[str, Any]:
    """Ask at the address until it is done, as often as the answer proposes."""
    for _ in range(60):
        row: dict[str, Any] = client.get(accepted.headers["Location"]).json()
        if row["status"] == "done":
            return row
        assert row["status"] in ("queued", "running"), row
        time.sleep(float(accepted.headers["Retry-After"]) / 4)
    raise AssertionError(f"still not done: {row}")


def _text(client: httpx.Client, clip: Recording) -> str:
    answer = client.post("/transcribe", files={"file": (clip.path.name, clip.path.read_bytes())})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["text"])
