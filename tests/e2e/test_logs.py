"""One request through every process, found again in their logs by its id."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import StartStack
from tests.speech import SAMPLES

pytestmark = pytest.mark.e2e

SPOKEN = SAMPLES / "en-short-1.flac"


def test_one_id_leads_from_the_answer_through_web_and_worker(start_stack: StartStack) -> None:
    stack = start_stack(WHISPERHUB_LOG_FORMAT="json")
    with stack.client() as client:
        answer = client.post(
            f"/transcribe?api_key={stack.key}",
            files={"file": SPOKEN.read_bytes()},
            headers={"X-Request-Id": "order-4711"},
        )
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (200, "order-4711")
    transcript_id = answer.headers["Content-Location"].rpartition("/")[2]
    stack.output.wait_for('"path":"/transcribe"|"path": "/transcribe"', 10)
    stack.interrupt()

    lines = [json.loads(line) for line in stack.output.text.splitlines() if line.startswith("{")]
    about_it = [line for line in lines if line.get("request_id") == "order-4711"]
    assert {line["transcript_id"] for line in about_it} == {transcript_id}
    assert {line["logger"] for line in about_it} == {
        "transcripts.submissions",
        "transcripts.transcription",
        "whisperhub.access",
    }
    (access,) = (line for line in about_it if line["logger"] == "whisperhub.access")
    assert (access["method"], access["route"], access["status"]) == ("POST", "transcribe", 200)
    assert stack.key not in stack.output.text
