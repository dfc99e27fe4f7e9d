"""What a test knows of the windows that it gave to the policy, kept without looking into it.

`Ledger` drives `Turns` and holds every call against the rules: nothing lost, doubled, mixed or out of order, never idle
while there is work, no wait longer than the bound that `policy.py` states.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from transcripts.engine import Job
from transcripts.engine.turns import INTERACTIVE_RUN, PATIENCE, Call, Class, JobQueue, Sizes, Step, Turn, Turns
from transcripts.engine.types import Priority

ALLOWED = {"interactive": 600, "normal": 60, "bulk": 0}


@dataclass(eq=False)
class Window:
    """Work with a name; `rounds` still to go, on other audio if it `goes_on`; `name_of_class` is where it belongs."""

    entry: Entry
    number: int
    name_of_class: Class
    seconds: float
    key: str = "decode"
    rounds: int = 1
    bad: bool = False
    is_encoded: bool = False
    goes_on: bool = False
    done: bool = False

    @property
    def name(self) -> str:
        """Job and number."""
        return f"{self.entry.job.id}.{self.number}"


@dataclass(eq=False)
class Wait:
    """How long the first window of a job has waited, counted in calls, and among how many."""

    window: Window
    batches: int = 0
    calls: int = 0
    owners: int = 1
    jobs: int = 1


@dataclass(eq=False)
class Entry:
    """A job: its windows, and those of them that are not done."""

    job: Job
    queue: JobQueue[Window]
    windows: list[Window] = field(default_factory=list)
    left: list[Window] = field(default_factory=list)
    seconds: float = 0.0
    wait: Wait | None = None

    def add(self, seconds: float, **details: Any) -> Window:
        """By definition a job is interactive until the allowance is used up by the windows before."""
        name: Class = "interactive" if self.seconds < ALLOWED[self.job.priority] else "bulk"
        window = Window(self, len(self.windows), name, seconds, **details)
        self.seconds += seconds
        self.windows.append(window)
        self.left.append(window)
        return window

    def finish(self, window: Window) -> None:
        """Done, well or badly."""
        assert not window.done, "done twice"
        window.done = True
        self.left.remove(window)


class Ledger:
    """Drives the policy; every assertion is a rule that must hold for all scenarios."""

    def __init__(
        self, most: int = 4, memory: int = 1000, seconds: Callable[[Step, int], float] = lambda *_: 0.0
    ) -> None:
        self.turns: Turns[Window] = Turns(Sizes(most=most))
        self.most = most
        self.memory = memory
        self.seconds = seconds
        self.entries: list[Entry] = []
        self.calls: list[Call[Window]] = []

    def join(self, owner: str = "", priority: Priority = "normal", name: str = "") -> Entry:
        job = Job(name or str(len(self.entries)), owner, priority)
        self.entries.append(Entry(job, self.turns.join(job)))
        return self.entries[-1]

    def put(self, entry: Entry, seconds: float = 30.0, count: int = 1, **details: Any) -> None:
        for _ in range(count):
            self.turns.put(entry.queue, entry.add(seconds, **details))

    def cancel(self, entry: Entry) -> None:
        """Between two calls nothing is out, so that all that is left must come back, in order."""
        dropped = [turn.work for turn in self.turns.remove(entry.queue)]
        assert sorted(dropped, key=_number) == entry.left
        self.entries.remove(entry)

    def step(self) -> Call[Window] | None:
        """One call, from the question to the answer."""
        call = self.turns.take()
        if call is None:
            assert not any(entry.left for entry in self.entries), "idle while there is work"
            return None
        self.calls.append(call)
        self._check_call(call)
        self._count(call)
        if len(call.turns) > self.memory:
            assert self.turns.out_of_memory(call)
            self._restart_waits(call)
        else:
            self._run(call)
        return call

    def calls_until(self, enough: Callable[[float], bool]) -> list[Call[Window]]:
        """Calls until they have taken enough seconds."""
        first, spent = len(self.calls), 0.0
        while not enough(spent) and (call := self.step()):
            spent += self.seconds(call.step, len(call.turns))
        return self.calls[first:]

    def run(self, steps: int = 1000) -> None:
        """Until nothing is left."""
        for _ in range(steps):
            if self.step() is None:
                return
        raise AssertionError(f"still at work after {steps} calls")

    def _run(self, call: Call[Window]) -> None:
        failed = [turn for turn in call.turns if turn.work.bad]
        again: list[Turn[Window]] = []
        for turn in call.turns:
            window = turn.work
            if window.bad:
                window.entry.finish(window)
            elif call.step == "encode":
                window.is_encoded = True
            elif window.rounds > 1:
                window.rounds -= 1
                window.key += "'"
                window.is_encoded = not window.goes_on
                again.append(turn)
            else:
                window.entry.finish(window)
        self.turns.finish(call, self.seconds(call.step, len(call.turns)), again=again, failed=failed)
        self._restart_waits(call)

    def _check_call(self, call: Call[Window]) -> None:
        windows = [turn.work for turn in call.turns]
        assert 1 <= len(windows) <= self.most
        assert len(set(windows)) == len(windows), "twice in one call"
        assert not any(window.done for window in windows), "done twice"
        assert len({window.key for window in windows}) == 1 or call.step == "encode", "keys mixed"
        called: Class = "interactive" if call.step == "interactive" else "bulk"
        assert {window.name_of_class for window in windows} == {called}, "classes mixed"
        if call.step == "encode":
            assert not any(window.is_encoded for window in windows), "encoded twice"
            return
        if call.step == "decode":
            assert all(window.is_encoded for window in windows), "not encoded"
        for entry in {window.entry for window in windows}:
            mine = [window for window in windows if window.entry is entry]
            assert entry.left[: len(mine)] == sorted(mine, key=_number), "order within a job"

    def _count(self, call: Call[Window]) -> None:
        """Every waiting job's first window waits one call more; none beyond the bound."""
        called = {turn.work for turn in call.turns} if call.step != "encode" else set()
        waiting = [entry for entry in self.entries if entry.left]
        for entry in waiting:
            first = entry.left[0]
            if entry.wait is None or entry.wait.window is not first:
                entry.wait = Wait(first)
            name, wait = first.name_of_class, entry.wait
            rivals = [other.job.owner for other in waiting if other.left[0].name_of_class == name]
            wait.owners = max(wait.owners, len(set(rivals)))
            wait.jobs = max(wait.jobs, rivals.count(entry.job.owner))
            wait.calls += 1
            wait.batches += call.step == ("interactive" if name == "interactive" else "decode")
            self._check_wait(wait, name)
            if first in called:
                entry.wait = None

    def _check_wait(self, wait: Wait, name: Class) -> None:
        batches = PATIENCE * wait.owners * wait.jobs
        if name == "interactive":
            assert wait.batches <= batches
            assert wait.calls <= batches + ceil(batches / INTERACTIVE_RUN)
        else:
            assert wait.batches <= batches + 1
            assert wait.calls <= (batches + 1) * (self.most + 1) * (INTERACTIVE_RUN + 1)

    def _restart_waits(self, call: Call[Window]) -> None:
        """After memory ran out and after another round a new wait begins."""
        for entry in self.entries:
            if entry.wait and (
                len(call.turns) > self.memory or entry.wait.window in {turn.work for turn in call.turns}
            ):
                entry.wait = None


def _number(window: Window) -> int:
    return window.number
