"""Programs against the real service: one request sent a hundred times, and a webhook that arrives signed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import StartStack
from tests.e2e.stack import Stack, free_port
from tests.receiver import Receiver, receiving
from tests.speech import reference

pytestmark = pytest.mark.e2e
SPOKEN = reference("en-short-1.flac")


def _manager(hub: Stack) -> httpx.Client:
    key = hub.manage("create_api_key", "manager", "--scope", "manage", "--scope", "transcribe").splitlines()[-1]
    return httpx.Client(base_url=hub.base_url, headers={"X-API-Key": key}, timeout=60)


def _hook(manager: httpx.Client, url: str) -> dict[str, Any]:
    answer = manager.post("/api/v1/webhooks", json={"url": url, "events": ["transcript.completed"]})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _post(manager: httpx.Client) -> httpx.Response:
    files = {"file": ("a.flac", SPOKEN.path.read_bytes())}
    return manager.post("/transcribe", files=files, headers={"Idempotency-Key": "order-4711"})


def _first_try(manager: httpx.Client, hook: dict[str, Any]) -> dict[str, Any]:
    """The delivery to an endpoint that is away, once that has been noticed."""
    while True:
        (delivery,) = manager.get(f"/api/v1/webhooks/{hook['id']}/deliveries").json()["results"]
        if delivery["log"]:
            return dict(delivery)
        threading.Event().wait(0.1)  # what a client of this address does; the test's own time limit ends it


def test_a_hundred_requests_with_one_key_make_one_transcript_and_one_signed_message(start_stack: StartStack) -> None:
    with receiving() as receiver:
        away = free_port()
        hub = start_stack(
            WHISPERHUB_URL_ALLOWED_NETWORKS="127.0.0.0/8", WHISPERHUB_URL_ALLOWED_PORTS=f"{receiver.port},{away}"
        )
        with _manager(hub) as manager, ThreadPoolExecutor(100) as pool:
            hook, lost = _hook(manager, receiver.url), _hook(manager, f"http://127.0.0.1:{away}/")
            answers = [future.result() for future in [pool.submit(_post, manager) for _ in range(100)]]
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.text for answer in answers}) == 1
            (transcript,) = {answer.headers["x-transcript-id"] for answer in answers}

            (message,) = receiver.wait(1)
            payload = message.verified(hook["secret"])
            assert (payload["type"], payload["data"]["id"]) == ("transcript.completed", transcript)

            tried = _first_try(manager, lost)
            assert (tried["status"], "failed: Connection refused" in tried["log"][0]["error"]) == ("pending", True)
            with receiving(port=away) as back:
                assert _resent(manager, lost, tried, back)["data"]["id"] == transcript
            assert len(receiver.messages) == 1


def _resent(manager: httpx.Client, hook: dict[str, Any], delivery: dict[str, Any], back: Receiver) -> dict[str, Any]:
    """What arrives when an administrator sends it again."""
    answer = manager.post(f"/api/v1/webhooks/{hook['id']}/deliveries/{delivery['id']}/resend")
    assert answer.status_code == 202, answer.text
    (message,) = back.wait(1)
    assert message.headers["webhook-id"] == delivery["id"]
    return message.verified(hook["secret"])
