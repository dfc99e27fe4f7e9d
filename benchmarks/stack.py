"""The whole service for a benchmark: `manage.py run` in a data folder and on a port of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
START_SECONDS = 300


@dataclass(frozen=True)
class Stack:
    """A running service."""

    url: str
    key: str
    process: subprocess.Popen[bytes]

    def client(self) -> httpx.Client:
        """A client with the key, as patient as the service."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.key}"}, timeout=1000)

    def worker_pid(self) -> int:
        """Process id of its GPU worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            if "gpu_worker" in Path(f"/proc/{child}/cmdline").read_text():
                return int(child)
        raise RuntimeError("The stack has no GPU worker.")

    def worker_peak_bytes(self) -> int:
        """Peak resident memory of the GPU worker (VmHWM) in bytes."""
        status = Path(f"/proc/{self.worker_pid()}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Stack]:
    """Start the service with the demo model and end it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        **os.environ,
        "WHISPER_MODEL": "demo",
        "WHISPERHUB_DATA_DIR": str(folder),
        "WHISPERHUB_PORT": str(port),
        # The same few recordings are sent again and again: each is to be transcribed each time.
        "WHISPERHUB_JOIN_SECONDS": "0",
        **environment,
    }
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.log").open("wb") as log:
        command = [sys.executable, "manage.py", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url)
        yield Stack(url, (folder / "first-api-key").read_text().strip(), process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"The service at {url} was not healthy within {START_SECONDS} s.")
