"""A service at its limits and through a restart: what does not fit is told so, what is followed is told once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from tests.e2e.backing import backing
from tests.e2e.stack import Stack, at_rest
from tests.e2e.test_openai_errors import check_error
from tests.speech import SAMPLES, reference

pytestmark = pytest.mark.e2e

LONG = reference("en-long.flac")
SPOKEN, OTHER = SAMPLES / "en-short-1.flac", SAMPLES / "en-short-2.flac"
PLACES = 32
PATIENCE_SECONDS = 120.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service with little room and little patience."""
    settings = {
        "WHISPERHUB_STREAM_SECONDS": "4",
        "WHISPERHUB_MAX_STREAMS": str(PLACES),
        "WHISPERHUB_WEB_PROCESSES": "1",  # each has so many places
        "WHISPERHUB_MAX_QUEUE": "1",
        "WHISPERHUB_SYNC_TIMEOUT": "0.5",
    }
    with backing() as services, Stack(tmp_path_factory.mktemp("hub"), services | settings) as running:
        yield running


@pytest.fixture
def idle_worker(hub: Stack) -> Iterator[None]:
    """Nothing gets on for the length of a test."""
    with at_rest(hub):
        yield


def _submit(client: httpx.Client) -> str:
    """The address of a new transcript of the long recording."""
    answer = client.post("/api/v1/transcripts", files={"file": ("long.flac", LONG.path.read_bytes())})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def _told(client: httpx.Client, address: str, last: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Id, name and data of each event of one connection, as a browser reads them; it ends with the connection."""
    with client.stream("GET", f"{address}/events", headers={"Last-Event-ID": last} if last else {}) as answer:
        if answer.status_code == 204:
            return
        assert answer.status_code == 200
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            fields[name] = value
            if not line and "data" in fields:
                yield fields.get("id", ""), fields["event"], json.loads(fields["data"])
            if not line:
                fields = {}


def _followed(hub: Stack, client: httpx.Client, address: str) -> tuple[list[tuple[str, dict[str, Any]]], int]:
    """All that a client is told which comes back each time, and how often it had to; once the web process is killed."""
    found: list[tuple[str, dict[str, Any]]] = []
    last, connections, is_killed = "", 0, False
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        connections += 1
        try:
            for identity, name, data in _told(client, address, last):
                last = identity or last
                found.append((name, data))
                if name == "segment" and not is_killed:
                    is_killed = True
                    hub.kill_group("gunicorn")
        except httpx.TransportError:
            time.sleep(0.2)  # what a client does before it comes back
            continue
        if found and found[-1][1].get("status") == "done":
            return found, connections
    raise AssertionError(f"it did not come to its end: {found}")


def test_a_client_that_comes_back_is_told_everything_once_through_a_restart(hub: Stack) -> None:
    with hub.client() as client:
        address = _submit(client)
        found, connections = _followed(hub, client, address)
        row = client.get(address, params={"include_segments": "true"}).json()

    segments = [data for name, data in found if name == "segment"]
    assert connections > 1
    assert [segment["index"] for segment in segments] == list(range(len(row["segments"])))
    assert " ".join(segment["text"] for segment in segments) == row["text"]
    assert [name for name, _ in found].index("status") == 0
    assert found[-1] == ("status", {"id": row["id"], "status": "done", "progress": 1.0, "error": None})


@pytest.mark.usefixtures("idle_worker")
def test_what_does_not_fit_is_a_server_error_to_the_openai_client(hub: Stack) -> None:
    sent: list[int] = []
    hooks = {"request": [lambda request: sent.append(1)]}
    counting = openai.DefaultHttpxClient(event_hooks=hooks)
    with OpenAI(base_url=f"{hub.base_url}/v1", api_key=hub.key, http_client=counting) as client:
        with pytest.raises(openai.InternalServerError) as late:
            client.audio.transcriptions.create(model="whisper-1", file=SPOKEN)
        assert len(sent) == 1  # it goes on without: sending the file again would change nothing
        with pytest.raises(openai.InternalServerError) as full:
            client.with_options(max_retries=0).audio.transcriptions.create(model="whisper-1", file=OTHER)
    check_error(late.value, 504, "still_running")
    check_error(full.value, 503, "queue_full")
    assert int(full.value.response.headers["retry-after"]) > 0


def test_streams_in_every_place_end_by_themselves_and_leave_room_for_others(hub: Stack) -> None:
    with hub.client() as client, ExitStack() as streams:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while client.get("/api/v1/transcripts", params={"status": "queued"}).json()["results"]:
            assert time.monotonic() < deadline, "what the test before this one left in the queue stays there"
            time.sleep(0.1)
        events = f"{_submit(client)}/events"
        streams.enter_context(at_rest(hub))
        opened = [streams.enter_context(client.stream("GET", events)) for _ in range(PLACES)]
        refused = client.get(events)
        healthy = [client.get("/health").status_code for _ in range(20)]
        rests = [answer.read().decode() for answer in opened]
        after = streams.enter_context(client.stream("GET", events))
        assert [answer.status_code for answer in opened] == [200] * PLACES
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert healthy == [200] * 20
        assert all(rest.count("event: status") == 1 for rest in rests)
        assert after.status_code == 200
