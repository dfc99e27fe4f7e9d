"""Who sends what to a simulated hub, and the hub that hands it to its workers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from benchmarks.devices import TOKENS_PER_SECOND, Device
from benchmarks.simulator import Clock, File, Policy, Worker
from transcripts.engine import Job

CLIP = 10.0
LONG = 3 * 3600.0
CLIENTS = 1000


@dataclass(frozen=True)
class Way:
    """A way to run a worker: its policy, files at once, and how many of these only clips may have."""

    name: str
    policy: Callable[[], Policy]
    slots: int = 16
    kept_for_clips: int = 0


@dataclass
class Hub:
    """Rows in the order of their arrival; a worker claims the first that it has room for."""

    device: Device
    way: Way
    workers: int
    seed: int = 1
    files: list[File] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = Clock()
        self.random = Random(self.seed)  # for arrivals only, so that all ways get the same
        self._chance = Random(self.seed + 1)
        self._waiting: deque[File] = deque()
        self.pool = [
            Worker(self.clock, self.device, self.way.policy(), self._chance, self._left) for _ in range(self.workers)
        ]
        self.after_long: Callable[[File], None] = lambda _: None

    def send(self, owner: str, seconds: float) -> None:
        """A new row."""
        file = File(Job(str(len(self.files)), owner), seconds, self.clock.now)
        self.files.append(file)
        self._waiting.append(file)
        self._claim()

    def _left(self, file: File) -> None:
        if not file.is_clip:
            self.after_long(file)
        self._claim()

    def _claim(self) -> None:
        """Rows are taken in their order by any worker that has room; a row that nobody has room for is passed over."""
        while any(len(worker.files) < self.way.slots for worker in self.pool):
            file = next((row for row in self._rows() if self._able(row)), None)
            if file is None:
                return
            self._waiting.remove(file)
            self._chance.choice(self._able(file)).start(file)

    def _rows(self) -> list[File]:
        """What may be claimed: the first row, or where places are kept for clips the first row of each kind."""
        first = {file.is_clip: file for file in reversed(self._waiting)} if self.way.kept_for_clips else {}
        return list(first.values()) or list(self._waiting)[:1]

    def _able(self, file: File) -> list[Worker]:
        return [worker for worker in self.pool if self._has_room(worker, file)]

    def _has_room(self, worker: Worker, file: File) -> bool:
        if len(worker.files) >= self.way.slots:
            return False
        return file.is_clip or sum(not held.is_clip for held in worker.files) < self.way.slots - self.way.kept_for_clips


def poisson(hub: Hub, per_second: float, send: Callable[[], None]) -> None:
    """Call `send` at random times, so often on average."""

    def arrive() -> None:
        send()
        hub.clock.after(hub.random.expovariate(per_second), arrive)

    hub.clock.after(hub.random.expovariate(per_second), arrive)


def clips(hub: Hub, load: float) -> None:
    """A thousand clients send clips: `load` of the devices' time, in batches of 16."""
    seconds = hub.device.seconds(16, 16, CLIP * TOKENS_PER_SECOND) / 16
    send_clips(hub, load / seconds * len(hub.pool))


def send_clips(hub: Hub, per_second: float) -> None:
    """So many clips per second, each of any of the clients."""
    poisson(hub, per_second, lambda: hub.send(f"client {hub.random.randrange(CLIENTS)}", CLIP))


def recordings(hub: Hub, load: float) -> None:
    """Three-hour recordings of twenty people: `load` of the devices' time, in batches of 16."""
    per_second = load * hub.device.rate(16) / LONG * len(hub.pool)
    poisson(hub, per_second, lambda: hub.send(f"staff {hub.random.randrange(20)}", LONG))


def backlog(hub: Hub, files_of: dict[str, int]) -> None:
    """So many three-hour recordings of each owner are always there: when one is done the next one comes."""
    hub.after_long = lambda file: hub.send(file.job.owner, LONG)
    for owner, files in files_of.items():
        for _ in range(files):
            hub.send(owner, LONG)
