"""One request through every process, found again in their logs by its id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.stack import Stack
from tests.speech import SAMPLES

pytestmark = pytest.mark.e2e

SPOKEN = SAMPLES / "en-short-2.flac"
ID = "order-4711"


def about(stack: Stack) -> list[dict[str, Any]]:
    """What the processes have written about the request."""
    lines = [json.loads(line) for line in stack.output.text.splitlines() if line.startswith("{")]
    return [line for line in lines if line.get("request_id") == ID]


def test_one_id_leads_from_the_answer_through_web_and_worker(stack: Stack) -> None:
    written = len(stack.output.text)
    with stack.client() as client:
        answer = client.post(
            f"/transcribe?api_key={stack.key}", files={"file": SPOKEN.read_bytes()}, headers={"X-Request-Id": ID}
        )
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (200, ID)
    for said in ("POST /transcribe 200", r"Transcript \S+ is done after"):  # of this request: another's may come late
        stack.output.wait_for(rf"(?m)^(?=.*{ID})(?=.*{said})", 10, after=written)

    lines = about(stack)
    transcript_id = answer.headers["Content-Location"].rpartition("/")[2]
    assert {line["transcript_id"] for line in lines} == {transcript_id}
    written_by = {line["logger"] for line in lines}
    assert written_by == {"transcripts.submissions", "transcripts.transcription", "whisperhub.access"}
    (access,) = (line for line in lines if line["logger"] == "whisperhub.access")
    assert (access["method"], access["route"], access["status"]) == ("POST", "transcribe", 200)
    assert stack.key not in stack.output.text
