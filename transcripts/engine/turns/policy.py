"""Which windows go into the next call of the model. Pure: no thread, no clock, no model.

Two classes of jobs that never share a call:

interactive   called so, or normal with less than 60 s of audio served (`ALLOWANCE`). One call per batch.
bulk          everything else. A batch is encoded in pieces, then decoded in one call; interactive calls go in between.

How long can a window wait that is the first of its job? Let, in its class and while it waits,

    O  owners wait at once,  L  jobs of its own owner wait at once,
    M  windows be the most that a call takes (`Sizes`),
    E = PATIENCE,  K = INTERACTIVE_RUN.

Then it is in one of the next B = E·O·L batches of its class. An interactive window therefore waits for at most

    B interactive calls and ⌈B / K⌉ bulk steps between them:   (B + ⌈B / K⌉) · M windows,

and a bulk window for at most B batches and the one that is open, M + 1 steps each, K interactive calls before each:

    (B + 1) · (M + 1) · (K + 1) calls,   of which   (B + 1) · M   bulk windows are decoded.

Another round of a window (`again`) and a batch that ran out of memory begin a new wait.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic

from ..types import Job
from .class_queue import ClassQueue
from .job_queue import Class, JobQueue, Turn, W
from .sizes import Sizes, Step

INTERACTIVE_RUN: Final = 8
"""Interactive calls in a row while bulk waits; then bulk has one step. On a device that interactive work alone could
fill, bulk keeps about a tenth of the time."""
QUIET_SECONDS: Final = 10.0
"""Bulk work without an interactive call in between, after which its calls may be longer."""
PAUSE_SECONDS: Final = 0.005
"""Long enough for a thread to wake up and to hand in its next window, short beside any call."""
FOLLOW_UP_SECONDS: Final = 0.05
"""At most, for the window whose language was just asked for: on a busy machine its thread may need that long to wake
up, and a bulk call that begins meanwhile would keep it for several times as long."""


@dataclass(frozen=True, eq=False, slots=True)
class Call(Generic[W]):
    """One call of the model: for `interactive` all that there is to do, for bulk `encode` or `decode` only."""

    step: Step
    key: Hashable
    turns: tuple[Turn[W], ...]


class Turns(Generic[W]):
    """The policy. One call is out at a time: `take` it, run it, `finish` it."""

    def __init__(self, sizes: Sizes | None = None) -> None:
        self._sizes = sizes or Sizes()
        self._classes: dict[Class, ClassQueue[W]] = {
            "interactive": ClassQueue("interactive"),
            "bulk": ClassQueue("bulk"),
        }
        self._batch: list[Turn[W]] = []
        self._run = 0
        self._quiet = 0.0
        self._last: Step | None = None
        self._asked = False

    def __bool__(self) -> bool:
        """Is there anything to do?"""
        return bool(self._batch) or any(self._classes.values())

    def join(self, job: Job) -> JobQueue[W]:
        """A queue for this job."""
        return JobQueue(job)

    def put(self, queue: JobQueue[W], work: W) -> None:
        """Queue a job's next work."""
        queue.add(work)
        self._place(queue)

    def remove(self, queue: JobQueue[W]) -> list[Turn[W]]:
        """The job is over or cancelled: its turns that no call has out, which nobody will see again."""
        dropped = [turn for turn in self._batch if turn.queue is queue] + list(queue.turns)
        self._batch = [turn for turn in self._batch if turn.queue is not queue]
        queue.is_open = False
        queue.turns.clear()
        self._place(queue)
        return dropped

    @property
    def pause(self) -> float:
        """Seconds that the driver lets pass before it takes the next call, so that more can come in.

        After idleness, for a batch. After an interactive call, where only bulk waits, for what its jobs send next, and
        it ends as soon as that is there: the language is followed by the window itself.
        """
        if self._last is None:
            return PAUSE_SECONDS
        if self._last != "interactive" or self._classes["interactive"]:
            return 0.0
        return FOLLOW_UP_SECONDS if self._asked else PAUSE_SECONDS

    def take(self) -> Call[W] | None:
        """The next call; None only if there is nothing to do."""
        bulk_waits = bool(self._batch or self._classes["bulk"])
        if self._classes["interactive"] and not (bulk_waits and self._run >= INTERACTIVE_RUN):
            self._run += bulk_waits
            return self._call("interactive", self._select("interactive", "interactive"))
        self._run = 0
        return self._bulk_step() if bulk_waits else None

    def deadline(self, call: Call[W], windows: int) -> float:
        """Seconds after which so many windows of this call hang."""
        return self._sizes.deadline(call.step, call.key, windows)

    def finish(
        self,
        call: Call[W],
        seconds: float | None = None,
        *,
        again: Iterable[Turn[W]] = (),
        failed: Collection[Turn[W]] = (),
    ) -> None:
        """A call is over, and took `seconds` of wall time (None: nothing to be learnt from that).

        What is neither `again` nor `failed` is done; after the step `encode` it is encoded and goes on to be decoded.
        """
        if seconds is not None:
            self._sizes.record(call.step, call.key, len(call.turns), seconds)
        self._batch = [turn for turn in self._batch if turn not in failed]
        self._put_back(again)
        self._quiet = 0.0 if call.step == "interactive" else self._quiet + (seconds or 0.0)
        self._last = call.step if self else None
        # A question about audio that a window brings after it (`Work.seconds`).
        self._asked = any(turn.work.seconds == 0 and turn.queue.is_open for turn in call.turns)

    def out_of_memory(self, call: Call[W]) -> bool:
        """A call ran out of memory: all of it goes back, and smaller calls follow.

        False if it was one window alone: then nothing goes back, the window is its driver's to fail.
        """
        if not self._sizes.out_of_memory(call.step, len(call.turns)):
            return False
        batch, self._batch = self._batch, []
        self._put_back(batch if call.step == "encode" else [*batch, *call.turns])
        return True

    def waiting(self) -> dict[Class, float]:
        """Seconds of audio that wait, by class; without the call that is out."""
        seconds = {name: queue.seconds for name, queue in self._classes.items()}
        seconds["bulk"] += sum(turn.work.seconds for turn in self._batch)
        return seconds

    def _bulk_step(self) -> Call[W]:
        if not self._batch:
            self._batch = self._select("bulk", "decode")
        raw = [turn for turn in self._batch if not turn.work.is_encoded]
        if raw:
            return self._call("encode", raw[: self._sizes.windows("encode", None)])
        batch, self._batch = self._batch, []
        return self._call("decode", batch)

    def _select(self, name: Class, step: Step) -> list[Turn[W]]:
        unhurried = self._quiet >= QUIET_SECONDS
        batch = self._classes[name].select(partial(self._sizes.windows, step, unhurried=unhurried))
        for turn in batch:
            self._place(turn.queue)
        return batch

    @staticmethod
    def _call(step: Step, turns: Collection[Turn[W]]) -> Call[W]:
        """What encoding costs is the same for all keys, what decoding costs is not."""
        first = next(iter(turns))
        return Call(step, None if step == "encode" else first.work.key, tuple(turns))

    def _put_back(self, turns: Iterable[Turn[W]]) -> None:
        for turn in turns:
            if turn.queue.is_open:
                turn.queue.put_back(turn)
                self._place(turn.queue)

    def _place(self, queue: JobQueue[W]) -> None:
        for waiting in self._classes.values():
            waiting.place(queue)
