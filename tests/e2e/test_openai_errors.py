"""Every class of error that the official `openai` client knows, sync and async, from the real service."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.e2e.conftest import MAX_UPLOAD_BYTES
from tests.e2e.recordings import record
from tests.e2e.stack import Stack, free_port
from tests.speech import reference, requires_espeak

pytestmark = pytest.mark.e2e

SPOKEN = reference("en-short-1.flac")
OTHER = reference("en-short-2.flac")
LONG = reference("en-long.flac")
Attempt = tuple[type[openai.APIStatusError], int, str | None, Callable[[], object]]


@pytest.fixture(scope="module")
def hub(stack: Stack) -> Iterator[OpenAI]:
    """The official client, which changed an address and a key."""
    with OpenAI(base_url=f"{stack.base_url}/v1", api_key=stack.key) as client:
        yield client


def _limited_key(stack: Stack) -> str:
    """A key that may send one request a minute."""
    script = """
from transcripts.models import ApiKey
row = ApiKey(name="slow", scopes=["transcribe"], requests_per_minute=1)
key = row.renew()
row.save()
print(key)
"""
    return stack.manage("shell", "-v", "0", "-c", script).split()[-1]


def _check(attempts: list[Attempt]) -> None:
    for kind, status, code, attempt in attempts:
        with pytest.raises(kind) as raised:
            attempt()
        check_error(raised.value, status, code)


def check_error(error: openai.APIStatusError, status: int, code: str | None) -> None:
    assert isinstance(error.body, dict)
    assert set(error.body) == {"message", "type", "param", "code"}
    assert (error.status_code, error.code) == (status, code)
    assert error.request_id


def test_what_is_asked_wrongly(hub: OpenAI) -> None:
    create = hub.audio.transcriptions.create
    too_large = io.BytesIO(bytes(MAX_UPLOAD_BYTES + 1))
    keyed: dict[str, Any] = {"model": "whisper-1", "extra_headers": {"Idempotency-Key": "openai-errors-1"}}
    create(file=SPOKEN.path, **keyed)
    _check(
        [
            (
                openai.BadRequestError,
                400,
                "invalid_value",
                lambda: create(model="whisper-1", file=SPOKEN.path, language="klingon"),
            ),
            (
                openai.BadRequestError,
                400,
                "invalid_value",
                lambda: create(model="whisper-1", file=("a.mp3", b"not audio")),
            ),
            (openai.NotFoundError, 404, "model_not_found", lambda: create(model="gpt-9", file=SPOKEN.path)),
            (openai.NotFoundError, 404, "unknown_url", lambda: hub.chat.completions.create(model="x", messages=[])),
            (
                openai.APIStatusError,
                413,
                "file_too_large",
                lambda: create(model="whisper-1", file=("a.wav", too_large)),
            ),
            (openai.UnprocessableEntityError, 422, None, lambda: create(file=OTHER.path, **keyed)),
        ]
    )


def test_who_may_not(hub: OpenAI, stack: Stack) -> None:
    reading = stack.manage("create_api_key", "reader", "--scope", "read").split()[-1]
    reader = hub.with_options(api_key=reading).audio.transcriptions
    slow = hub.with_options(api_key=_limited_key(stack), max_retries=0)
    slow.models.list()
    _check(
        [
            (
                openai.AuthenticationError,
                401,
                "invalid_api_key",
                lambda: hub.with_options(api_key="sk-wrong").models.list(),
            ),
            (
                openai.PermissionDeniedError,
                403,
                "insufficient_permissions",
                lambda: reader.create(model="whisper-1", file=SPOKEN.path),
            ),
            (openai.RateLimitError, 429, "rate_limit_exceeded", lambda: slow.models.list()),
        ]
    )


def test_what_somebody_cancels_is_a_conflict_and_not_sent_again(hub: OpenAI, stack: Stack) -> None:
    sent: list[int] = []
    hooks = {"request": [lambda request: sent.append(1)]}
    with (
        OpenAI(
            base_url=f"{stack.base_url}/v1",
            api_key=stack.key,
            http_client=openai.DefaultHttpxClient(event_hooks=hooks),
        ) as client,
        ThreadPoolExecutor(1) as pool,
        stack.client() as native,
    ):
        create = client.audio.transcriptions.create
        waiting = pool.submit(create, model="whisper-1", file=LONG.path, extra_body={"reference": "to be cancelled"})
        while not (rows := native.get("/api/v1/transcripts?reference=to be cancelled").json()["results"]):
            assert not waiting.done()
            time.sleep(0.05)  # what a person at the page would do
        native.post(f"/api/v1/transcripts/{rows[0]['id']}/cancel").raise_for_status()
        error = waiting.exception()
    assert isinstance(error, openai.ConflictError)
    check_error(error, 409, "cancelled")
    assert len(sent) == 1


def test_nobody_at_the_address_is_no_answer() -> None:
    nobody = OpenAI(base_url=f"http://127.0.0.1:{free_port()}/v1", api_key="x", max_retries=0)
    with nobody, pytest.raises(openai.APIConnectionError):
        nobody.models.list()


@requires_espeak
def test_the_asynchronous_client_is_told_alike_and_cancels_by_closing_its_stream(stack: Stack, tmp_path: Path) -> None:
    # Minutes of it: an idle machine must not be done before the service has noticed.
    endless = record(tmp_path / "endless.wav", "en", 5, seed=3, times=25).path

    async def ask() -> tuple[openai.APIStatusError, str]:
        async with AsyncOpenAI(base_url=f"{stack.base_url}/v1", api_key=stack.key) as client:
            create = client.audio.transcriptions.create
            with pytest.raises(openai.BadRequestError) as raised:
                await create(model="whisper-1", file=SPOKEN.path, language="klingon")
            answer = await client.audio.transcriptions.with_raw_response.create(
                model="whisper-1",
                file=endless,
                stream=True,
                extra_query={"cancel_on_disconnect": "true"},
            )
            stream = answer.parse()
            await anext(aiter(stream))
            await stream.close()
            return raised.value, answer.headers["x-transcript-id"]

    error, transcript = asyncio.run(ask())
    check_error(error, 400, "invalid_value")
    with stack.client() as native:
        deadline = time.monotonic() + 60
        while (status := native.get(f"/api/v1/transcripts/{transcript}").json()["status"]) != "cancelled":
            assert (status, time.monotonic() < deadline) == ("running", True)
            time.sleep(0.1)
