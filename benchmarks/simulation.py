"""`python -m benchmarks.simulation`: the engine's scheduling policy on devices and loads that are not at hand.

A discrete-event simulation drives the code that the engine runs (`transcripts.engine.turns`), and beside it

    round robin   windows of all files in turn, no classes; batches as large as the engine would make them
    whole files   one file at a time on every device, in the order of arrival: what a plain queue before a model does
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from benchmarks import devices
from benchmarks.baselines import RoundRobin
from benchmarks.devices import CPU, H200, M4000, WINDOW, Device
from benchmarks.report import save, table
from benchmarks.traffic import LONG, Hub, Way, backlog, clips, recordings, send_clips
from transcripts.engine.turns import Turns

OURS = Way("engine", Turns)
WITH_PLACES = Way("engine, 4 of 16 places kept for clips", Turns, kept_for_clips=4)
WAYS = (OURS, Way("round robin", RoundRobin), Way("whole files", RoundRobin, slots=1))
DEVICES = (H200, M4000, CPU)
WINDOWS = 6000
"""Windows that one device serves in a run, about; the first fifth of its time does not count."""
NOTES = """\
**How to read it.**

- *idle*: median latency of clips that come one by one to an idle device.
- *batch*: windows per decoding, language questions and second rounds among them.
- *recordings' slowdown*: time since arrival for what was delivered, against the same file alone; median.
- *engine*: the policy as it is. *round robin*: windows of all files in turn, no classes. *whole files*: one file at a
  time on every device.
- All get the same arrivals; a run begins with an empty hub. A worker has 16 places; a clip that finds none waits."""
CLIP_HEADER = ["clip p50 ÷ idle", "p95", "p99"]


@dataclass(frozen=True)
class Outcome:
    """A run and the part of it that counts, in simulated seconds."""

    hub: Hub
    begin: float
    end: float

    def clip_times(self) -> list[float]:
        """From arrival to the last word, sorted; of a clip that is not done the time until now: it counts too."""
        chosen = [file for file in self.hub.files if file.is_clip and file.arrived >= self.begin]
        return sorted((file.done or self.end) - file.arrived for file in chosen)

    def clip_cells(self) -> list[str]:
        """Percentiles over the idle latency."""
        times, idle = self.clip_times(), idle_latency(self.hub.device)
        return [f"{times[int(share * len(times))] / idle:.1f}" for share in (0.5, 0.95, 0.99)]

    def slowdown(self) -> float:
        """Median over the recordings: seconds since arrival for what was delivered, against the same file alone."""
        rate = alone_rate(self.hub.device)
        started = [file for file in self.hub.files if not file.is_clip and file.delivered >= 20 * WINDOW]
        return (
            statistics.median(((file.done or self.end) - file.arrived) / (file.delivered / rate) for file in started)
            if started
            else float("nan")
        )

    def audio_of(self, owner: str) -> float:
        """Seconds of audio that were transcribed for somebody."""
        return sum(worker.audio_of.get(owner, 0.0) for worker in self.hub.pool)

    def device_cells(self) -> list[str]:
        """Audio per second, share of time at work, windows per decoding."""
        pool = self.hub.pool
        audio = sum(sum(worker.audio_of.values()) for worker in pool)
        busy = sum(worker.busy for worker in pool) / len(pool)
        batch = sum(worker.windows for worker in pool) / sum(worker.calls for worker in pool)
        return [f"{audio / self.end:.0f}", f"{busy / self.end:.0%}", f"{batch:.1f}"]


_known: dict[tuple[str, str], float] = {}


def idle_latency(device: Device) -> float:
    """Median of clips that come one by one to an idle device."""
    if (device.name, "idle") not in _known:
        hub = Hub(device, OURS, 1)
        send_clips(hub, 0.02 / device.seconds(1, 1, 30))
        hub.clock.run(20_000 * device.seconds(1, 1, 30))
        _known[device.name, "idle"] = statistics.median(file.done - file.arrived for file in hub.files if file.done)
    return _known[device.name, "idle"]


def alone_rate(device: Device) -> float:
    """Audio seconds per second of one recording that is alone."""
    if (device.name, "alone") not in _known:
        hub = Hub(device, OURS, 1)
        hub.send("", LONG)
        hub.clock.run(LONG / device.rate(1))
        _known[device.name, "alone"] = hub.files[0].delivered / (hub.files[0].done or hub.clock.now)
    return _known[device.name, "alone"]


def run(hub: Hub) -> Outcome:
    """Until every device has served its windows."""
    end = WINDOWS / len(hub.pool) ** 0.5 * WINDOW / hub.device.rate(16)
    hub.clock.run(end)
    return Outcome(hub, end / 5, end)


def rare_clips(device: Device) -> str:
    """A clip now and then while recordings run without end."""
    rows = []
    for way in WAYS[:2]:
        for recordings_at_once in (1, 4, 12):
            hub = Hub(device, way, 1)
            backlog(hub, {"staff": recordings_at_once})
            send_clips(hub, 0.1 / idle_latency(device))
            outcome = run(hub)
            rate = outcome.audio_of("staff") / outcome.end
            rows.append([way.name, recordings_at_once, *outcome.clip_cells(), f"{rate:.0f}"])
    return table([device.name, "recordings", *CLIP_HEADER, "recordings' audio s/s"], rows)


def mixed(device: Device) -> str:
    """Clips of a thousand clients and recordings, at random times."""
    rows = []
    for workers in (1, 4, 16):
        for way in (WITH_PLACES, *WAYS):
            hub = Hub(device, way, workers)
            clips(hub, 0.2)
            recordings(hub, 0.5)
            outcome = run(hub)
            cells = [*outcome.clip_cells(), *outcome.device_cells(), f"{outcome.slowdown():.1f}"]
            rows.append([way.name, workers, *cells])
    header = [device.name, "devices", *CLIP_HEADER, "audio s/s", "busy", "batch", "recordings' slowdown"]
    return table(header, rows)


def fairness() -> str:
    """Three owners with unequal numbers of recordings, without end."""
    files = {"ann": 3, "bob": 4, "eve": 8}
    rows = []
    for device in DEVICES:
        for way in WAYS:
            hub = Hub(device, way, 1)
            backlog(hub, files)
            outcome = run(hub)
            served = [outcome.audio_of(owner) for owner in files]
            shares = [f"{audio / sum(served):.2f}" for audio in served]
            ratio = f"{max(served) / min(served):.2f}" if min(served) else "∞"
            rows.append([device.name, way.name, *shares, ratio])
    return table(["device", "way", *[f"{owner}, {count} files" for owner, count in files.items()], "max ÷ min"], rows)


def places() -> str:
    """More recordings than a worker has places for."""
    rows = []
    for device in DEVICES:
        for way in (OURS, WITH_PLACES):
            hub = Hub(device, way, 1)
            backlog(hub, {"staff": 40})
            send_clips(hub, 0.1 / idle_latency(device))
            rows.append([device.name, way.name, *run(hub).clip_cells()])
    return table(["device", "way", *CLIP_HEADER], rows)


def main() -> None:
    """Simulate, print, save."""
    save(
        "simulation",
        "The scheduling policy, simulated",
        "python -m benchmarks.simulation",
        str(devices.__doc__).strip(),
        NOTES,
        "## A 10-s clip now and then, while three-hour recordings run",
        *map(rare_clips, DEVICES),
        "## 1,000 clients send clips (20 % of the devices' time), twenty people three-hour recordings (50 %)",
        *map(mixed, DEVICES),
        "## Equal shares: three owners with recordings without end",
        "On the H200 ann and bob get all that one core per file can prepare; eve gets the rest.",
        fairness(),
        "## 40 recordings wait, a worker has 16 places",
        places(),
    )


if __name__ == "__main__":
    main()
