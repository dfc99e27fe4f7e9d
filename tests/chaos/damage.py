"""The faults. Each is done to a running hub and undone again, whatever it was; each has a name for the report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.servers import PostgreSQL, Redis
from tests.chaos.wire import Wire
from tests.e2e.stack import ROOT, START_SECONDS, Stack

LEASE_SECONDS = 6
OUTAGE_SECONDS = float(os.environ.get("WHISPERHUB_CHAOS_OUTAGE", "3"))
_RING_ALL = """
from transcripts import doorbell
from transcripts.models import Transcript
for _ in range(2):
    for row in Transcript.objects.open():
        doorbell.ring(row.pk)
"""
_SWEEP = "from transcripts.tasks import sweep\nfor _ in range(20): sweep()"


@dataclass
class Services:
    """What lies under a hub on PostgreSQL and Redis, and the wires that lead there."""

    postgresql: PostgreSQL
    redis: Redis
    to_postgresql: Wire
    to_redis: Wire


@dataclass
class Hub:
    """A running installation that may be hurt. `services` is None on SQLite and folders."""

    stack: Stack
    services: Services | None

    @property
    def media(self) -> Path:
        """Where its recordings are."""
        return self.stack.data_dir / "media"

    def wait_until_healthy(self) -> None:
        """Return as soon as `/health` is content."""
        deadline = time.monotonic() + START_SECONDS
        while self.stack.health().get("status") != "healthy":
            assert time.monotonic() < deadline, self.stack.output.text[-5000:]
            time.sleep(0.2)  # until a port answers there is nothing to wait on

    def find(self, program: str) -> int:
        """The process whose command line contains `program`, once it has been started again after an earlier fault."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.stack.find(program)
            except LookupError:
                assert time.monotonic() < deadline, self.stack.output.text[-5000:]
                time.sleep(0.2)


def kill_the_worker(hub: Hub) -> None:
    """SIGKILL in mid-batch."""
    os.kill(hub.find("gpu_worker"), signal.SIGKILL)


def kill_the_web(hub: Hub) -> None:
    """SIGKILL of all that serves HTTP, in mid-upload and mid-wait."""
    os.killpg(hub.find("gunicorn"), signal.SIGKILL)


def kill_the_tasks(hub: Hub) -> None:
    """SIGKILL of the sweeper and its clock."""
    os.killpg(hub.find("celery"), signal.SIGKILL)


def freeze_the_worker(hub: Hub) -> None:
    """Its clock stops past its leases; then it wakes and must not write."""
    worker = hub.find("gpu_worker")
    os.kill(worker, signal.SIGSTOP)
    time.sleep(LEASE_SECONDS * 2)
    os.kill(worker, signal.SIGCONT)


def ring_twice_for_everything(hub: Hub) -> None:
    """Every message is delivered again, and once more."""
    hub.stack.manage("shell", "-v", "0", "-c", _RING_ALL)


def sweep_thrice_at_once(hub: Hub) -> None:
    """Two more sweepers beside the hub's own."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", _SWEEP]
    others = [subprocess.Popen(command, cwd=ROOT, env=hub.stack.environment) for _ in range(2)]
    assert [other.wait(60) for other in others] == [0, 0]


def restart_everything_in_turn(hub: Hub) -> None:
    """A deployment under load: each part is asked to end and comes back."""
    for program in ("gpu_worker", "gunicorn", "celery"):
        os.kill(hub.find(program), signal.SIGTERM)
        time.sleep(1)
        hub.wait_until_healthy()


def lose_the_messages(hub: Hub) -> None:
    """Every message that waits is gone."""
    if hub.services is not None:
        hub.services.redis.client().flushall()
        return
    for path in (hub.stack.data_dir / "queue" / "messages").glob("*.msg"):
        path.unlink(missing_ok=True)  # a worker may have taken it at this very moment


def fill_the_disk(hub: Hub) -> None:
    """No byte is left for media."""
    filler = hub.media / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(256 * 1024))
        except OSError:
            pass
    time.sleep(OUTAGE_SECONDS)
    filler.unlink()


def take_the_media_away(hub: Hub) -> None:
    """The storage does not answer: nothing can be read or kept for a while."""
    folder, away = hub.media / "recordings", hub.media / "recordings-away"
    folder.rename(away)
    folder.write_text("no folder, so that nothing can be kept here meanwhile")
    time.sleep(OUTAGE_SECONDS)
    folder.unlink()
    away.rename(folder)


def stop_redis(hub: Hub) -> None:
    """It is away for a while, and comes back empty."""
    services = _services(hub)
    services.redis.stop()
    time.sleep(OUTAGE_SECONDS)
    services.redis.start()


def restart_postgresql(hub: Hub) -> None:
    """Every connection to it breaks."""
    services = _services(hub)
    services.postgresql.stop()
    services.postgresql.start()


def cut_the_wire_to_redis(hub: Hub) -> None:
    """Neither end knows why."""
    _cut(_services(hub).to_redis)


def cut_the_wire_to_postgresql(hub: Hub) -> None:
    """Neither end knows why."""
    _cut(_services(hub).to_postgresql)


def _cut(wire: Wire) -> None:
    wire.cut()
    time.sleep(OUTAGE_SECONDS)
    wire.mend()


def _services(hub: Hub) -> Services:
    assert hub.services is not None
    return hub.services


Fault = Callable[[Hub], None]
EVERYWHERE: tuple[Fault, ...] = (
    kill_the_worker,
    kill_the_web,
    kill_the_tasks,
    freeze_the_worker,
    ring_twice_for_everything,
    sweep_thrice_at_once,
    restart_everything_in_turn,
    lose_the_messages,
    take_the_media_away,
)
WITH_SERVICES: tuple[Fault, ...] = (
    stop_redis,
    restart_postgresql,
    cut_the_wire_to_redis,
    cut_the_wire_to_postgresql,
)
