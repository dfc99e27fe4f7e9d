"""Applications that send recordings the way a careful one does: with an Idempotency-Key, again and again until told."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.stack import Stack

# What a client may be told while the service is hurt: each of them means "send it again", none means "it is lost".
RETRYABLE = {409, 429, 503, 504, 507}
SENDERS = 4
REST_SECONDS = 3.0
PATIENCE_SECONDS = 400.0
PAUSE_SECONDS = 0.5


@dataclass
class Sent:
    """One recording that was sent, and what its sender learnt in the end."""

    path: Path
    waits: bool
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    transcript_id: str = ""
    text: str | None = None


class Senders:
    """Several threads that send one recording after the other, as `draw` names them, until they are told to finish.

    Every answer that no client could act on is kept in `complaints`.
    """

    def __init__(self, stack: Stack, draw: Callable[[], Path], least: int) -> None:
        self.all: list[Sent] = []
        self.complaints: list[str] = []
        self.answers: Counter[str] = Counter()
        self._stack, self._draw, self._least = stack, draw, least
        self._enough = threading.Event()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(SENDERS)
        self._futures: list[Future[None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._futures = [self._pool.submit(self._send_on) for _ in range(SENDERS)]

    def finish(self) -> None:
        """Return when all were accepted, of at least as many as were asked for. Raises what a sender raised."""
        self._enough.set()
        for future in self._futures:
            future.result()
        self._pool.shutdown()

    def _send_on(self) -> None:
        while (sent := self._next()) is not None:
            self._send(sent)
            self._enough.wait(REST_SECONDS)

    def _next(self) -> Sent | None:
        with self._lock:
            if self._enough.is_set() and len(self.all) >= self._least:
                return None
            # Every fourth waits for its words, as the old clients of `/transcribe` do.
            self.all.append(Sent(self._draw(), waits=len(self.all) % 4 == 0))
            return self.all[-1]

    def _send(self, sent: Sent) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not sent.transcript_id:
            assert time.monotonic() < deadline, f"{sent.path.name} was not accepted: {self.answers}"
            answer = self._post(sent)
            if answer is None:
                time.sleep(PAUSE_SECONDS)
                continue
            sent.transcript_id = answer.headers["X-Transcript-Id"]
            if answer.status_code == 200:
                sent.text = answer.json()["text"]

    def _post(self, sent: Sent) -> httpx.Response | None:
        """The answer if it is one of success; None: to be sent again."""
        headers = {"Idempotency-Key": sent.key} | ({} if sent.waits else {"Prefer": "respond-async"})
        try:
            with self._stack.client() as client, sent.path.open("rb") as file:
                answer = client.post("/transcribe", files={"file": file}, headers=headers)
        except httpx.TransportError as error:
            self._count(type(error).__name__)
            return None
        self._count(str(answer.status_code))
        if answer.status_code in (200, 202):
            return answer
        if answer.status_code not in RETRYABLE:
            with self._lock:
                self.complaints.append(f"{answer.status_code} {answer.text[:300]}")
        return None

    def _count(self, what: str) -> None:
        with self._lock:
            self.answers[what] += 1


def described(stack: Stack, transcript_id: str) -> dict[str, Any]:
    """What the service says of a transcript, with its segments."""
    with stack.client() as client:
        answer = client.get(f"/api/v1/transcripts/{transcript_id}", params={"include_segments": "true"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
