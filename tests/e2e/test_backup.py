"""A backup of the running service, restored elsewhere: everything is there, and what was at work goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.backing import backing
from tests.e2e.stack import Stack
from tests.e2e.test_crashes import submit, wait_until_done, wait_until_half_done
from tests.speech import SAMPLES

pytestmark = pytest.mark.e2e
SHORT = SAMPLES / "en-short-1.flac"

SIZE = "from transcripts.models import Transcript; print(len(Transcript.objects.get(pk='{}').recording.file.read()))"


def _read(client: httpx.Client, address: str) -> dict[str, Any]:
    return dict(client.get(address, params={"include_segments": "true"}).json())


def _made(client: httpx.Client) -> str:
    """The id of a new transcript of the short recording, once it has ended."""
    answer = client.post("/api/v1/transcripts", files={"file": SHORT.read_bytes()}, data={"title": "Council"})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    wait_until_done(client, answer.headers["Location"])
    return str(answer.json()["id"])


def _what_was_said(row: dict[str, Any]) -> tuple[str, list[tuple[float, str]]]:
    return row["text"], [(segment["start"], segment["text"]) for segment in row["segments"]]


def test_a_backup_under_work_is_a_whole_service_elsewhere(stack: Stack, tmp_path: Path) -> None:
    archive = tmp_path / "hub.tar"
    with stack.client() as client:
        done = _made(client)
        running = urlsplit(submit(client)).path
        wait_until_half_done(client, running)
        assert str(archive) in stack.manage("backup", str(archive))
        finished_there = wait_until_done(client, running)
        before = _read(client, f"/api/v1/transcripts/{done}")
        later = _made(client)

    with backing() as services:
        new = Stack(tmp_path / "new", services)
        assert "is restored" in new.manage("restore", str(archive))
        assert int(new.manage("shell", "-v", "0", "-c", SIZE.format(done))) == SHORT.stat().st_size
        with new, httpx.Client(base_url=new.base_url, headers=stack.headers, timeout=120) as client:
            assert _read(client, f"/api/v1/transcripts/{done}") | {"links": None} == before | {"links": None}
            assert client.get(f"/api/v1/transcripts/{later}").status_code == httpx.codes.NOT_FOUND
            finished_here = wait_until_done(client, running)
    assert finished_here["status"] == "done"
    assert _what_was_said(finished_here) == _what_was_said(finished_there)
