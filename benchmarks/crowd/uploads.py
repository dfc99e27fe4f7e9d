"""Uploads of large files that share one line of a told speed, as many senders share an office's."""

from __future__ import annotations

import http.client
import os
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .hub import PATIENCE_SECONDS, Hub
from .tally import Tally

PIECE = bytes(256 * 1024)
NICENESS = 10
# A WAV header that states more than is sent, as a recorder writes it that streams: silence in 16 bits at 16 kHz.
WAV_HEADER = struct.pack(
    "<4sI8sIHHIIHH4sI", b"RIFF", 0xFFFFFFFF, b"WAVEfmt ", 16, 1, 1, 16_000, 32_000, 2, 16, b"data", 0xFFFFFFFF
)
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="large.wav"\r\n\r\n' + WAV_HEADER
TAIL = b"\r\n--edge--\r\n"


@dataclass
class Line:
    """Lets bytes pass at a speed in bytes per second. What was not used is gone, as on a real one."""

    speed: float
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, size: int) -> None:
        """Wait until so many bytes would have arrived."""
        with self._lock:
            self._free_at = max(self._free_at, time.monotonic() - 0.1) + size / self.speed
            pause = self._free_at - time.monotonic()
        if pause > 0:
            time.sleep(pause)


def send(hub: Hub, count: int, size: int, mbit: float, seconds: float) -> Tally:
    """So many senders, each with file after file of `size` bytes for `seconds`, the last of each to its end."""
    os.nice(NICENESS)
    line, tally, began = Line(mbit * 1e6 / 8), Tally(), time.monotonic()
    with ThreadPoolExecutor(max(count, 1)) as pool:
        jobs = [pool.submit(_one, hub, line, size, began + seconds) for _ in range(count)]
        for job in jobs:
            tally.add(job.result())
    time.sleep(max(began + seconds - time.monotonic(), 0.0))
    return tally


def _one(hub: Hub, line: Line, size: int, until: float) -> Tally:
    tally = Tally()
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            status, headers, words = _upload(hub, line, size)
        except OSError as error:
            tally.errors[f"upload: {type(error).__name__}"] += 1
            time.sleep(1.0)
            continue
        away = tally.note("upload", time.perf_counter() - began, status, headers.get("Retry-After"), words)
        if "X-Transcript-Id" in headers:
            tally.counts["bytes uploaded"] += size
            _cancel(hub, headers["X-Transcript-Id"])
        elif away is not None:
            time.sleep(away)
    return tally


def _upload(hub: Hub, line: Line, size: int) -> tuple[int, http.client.HTTPMessage, str]:
    connection = _connection(hub)
    try:
        connection.putrequest("POST", "/transcribe")
        connection.putheader("Authorization", f"Bearer {hub.key}")
        connection.putheader("Prefer", "respond-async")
        connection.putheader("Content-Type", "multipart/form-data; boundary=edge")
        pieces = [HEAD, *[PIECE] * (size // len(PIECE)), TAIL]
        connection.putheader("Content-Length", str(sum(map(len, pieces))))
        connection.endheaders()
        try:
            for piece in pieces:
                line.carry(len(piece))
                connection.send(piece)
        except ConnectionError:
            pass  # it has said no before the end, and why can be read
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")
    finally:
        connection.close()


def _cancel(hub: Hub, transcript_id: str) -> None:
    """Its words are not what is measured."""
    connection = _connection(hub)
    address = f"/api/v1/transcripts/{transcript_id}/cancel"
    connection.request("POST", address, headers={"Authorization": f"Bearer {hub.key}"})
    connection.getresponse().read()
    connection.close()


def _connection(hub: Hub) -> http.client.HTTPConnection:
    place = urlsplit(hub.url)
    return http.client.HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE_SECONDS)
