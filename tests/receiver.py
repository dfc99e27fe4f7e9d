"""A program that receives webhooks: a real HTTP server on loopback that keeps what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True, slots=True)
class Message:
    """One POST as it came."""

    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> dict[str, Any]:
        """The payload, if the independent library finds it signed with `secret`. Raises if not."""
        payload: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return payload


class Receiver(ThreadingHTTPServer):
    """Answers with `statuses` in turn, the last one for ever. `wait(n)` until n messages have come."""

    daemon_threads = True

    def __init__(self, *statuses: int, port: int = 0, body: bytes = b"thanks", hold: threading.Event | None = None):
        self.statuses = list(statuses or (204,))
        self.answer = body
        self.hold = hold
        self.messages: list[Message] = []
        self._news = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook?token=its-own-secret"

    def keep(self, message: Message) -> int:
        """Note `message`; the status that it is answered with."""
        with self._news:
            self.messages.append(message)
            self._news.notify_all()
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def wait(self, count: int, seconds: float = 20) -> list[Message]:
        """The messages, once there are `count` of them."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.messages) >= count, seconds), f"{len(self.messages)} came"
            return list(self.messages)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.keep(Message(dict(self.headers.items()), body))
        if self.server.hold is not None:
            self.server.hold.wait(20)
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.url)
        self.end_headers()
        if status != 204:
            self.wfile.write(self.server.answer)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


@contextmanager
def receiving(*statuses: int, **options: Any) -> Iterator[Receiver]:
    """A receiver for as long as the block runs."""
    receiver = Receiver(*statuses, **options)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()
