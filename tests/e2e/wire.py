"""Requests byte for byte: what goes over the socket is what the test wrote, and nothing else."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def exchange(base_url: str, pieces: Iterable[bytes]) -> Answer:
    """Send `pieces` over one connection and read the one answer, also one that came before everything was sent."""
    parts = urlsplit(base_url)
    with socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT_SECONDS) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                connection.sendall(piece)
        with HTTPResponse(connection) as response:
            response.begin()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


def head(base_url: str, path: str, method: str = "POST", **headers: str) -> bytes:
    """A request's first line and headers, in the order given; `_` in a name stands for `-`."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {urlsplit(base_url).netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunked(body: bytes, size: int = 64 * 1024) -> Iterable[bytes]:
    """`body` in HTTP chunks of at most `size` bytes, with the last, empty one."""
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
