"""From one second to five minutes: nothing is lost, doubled or out of order."""

from __future__ import annotations

from array import array
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.e2e.recordings import PAUSE_SECONDS, RATE, read, record, write
from tests.speech import convert, requires_espeak, requires_ffmpeg, say, word_error_rate, words

pytestmark = [pytest.mark.e2e, requires_espeak, requires_ffmpeg]

FIVE_MINUTES = 300.0  # ten windows and more; an hour and ten are in benchmarks/
SENTENCES, TIMES = 50, 2  # with their pauses a little more


def test_a_second_of_speech_is_enough(client: httpx.Client, tmp_path: Path) -> None:
    samples = read(say("Hello Peter.", tmp_path / "hello.wav"))
    exactly = (samples + array("h", bytes(2 * RATE)))[:RATE]
    write(tmp_path / "second.wav", exactly)

    answer = client.post("/transcribe", files={"file": ("second.wav", (tmp_path / "second.wav").read_bytes())})

    assert answer.status_code == 200, answer.text
    assert words(answer.json()["text"]) == ["hello", "peter"]
    assert answer.json()["duration"] == 1.0


def test_five_minutes_come_out_whole_and_in_order(client: httpx.Client, tmp_path: Path) -> None:
    spoken = record(tmp_path / "long.wav", "en", SENTENCES, seed=600, times=TIMES)
    assert spoken.duration > FIVE_MINUTES
    sent = convert(spoken.path, tmp_path / "long.opus", "-b:a", "32k")

    answer = client.post(
        "/transcribe", params={"include_segments": "true"}, files={"file": (sent.name, sent.read_bytes())}
    )

    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert word_error_rate(spoken.text, result["text"]) <= 0.05
    assert result["duration"] == pytest.approx(spoken.duration, abs=0.1)
    assert [segment["id"] for segment in result["segments"]] == list(range(len(result["segments"])))
    for earlier, later in pairwise(result["segments"]):
        assert earlier["start"] < earlier["end"] <= later["start"]
    # Every sentence of the recording is covered by a segment that begins and ends with it, to half a pause.
    near = PAUSE_SECONDS / 2
    missed = [
        span
        for span in spoken.spans
        if not any(
            abs(segment["start"] - span[0]) < near and abs(segment["end"] - span[1]) < near
            for segment in result["segments"]
        )
    ]
    assert len(missed) <= 0.05 * len(spoken.spans), missed
