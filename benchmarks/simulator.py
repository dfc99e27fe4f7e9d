"""A discrete-event simulation of a hub: a queue of rows, workers that claim from it, and in each worker the policy.

The policy is the engine's own (`transcripts.engine.turns`) or a baseline with the same methods; the clock is this
module's. What is left out: the database, the network, a worker that dies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Protocol

from benchmarks.devices import PREPARATION, TOKENS_PER_SECOND, WINDOW, Device
from transcripts.engine import Job
from transcripts.engine.turns import Call, JobQueue, Turn

WAKE_UP = 0.002
"""Seconds until a job's thread has read an answer and sent its next window; assumed."""
IN_FLIGHT = 16
"""Windows of one job between preparation and delivery."""
VOTERS = 3
"""Windows that decide on a file's language."""
ANOTHER_ROUND = 0.03
"""Share of the windows that are decoded twice; assumed."""


@dataclass(eq=False)
class Piece:
    """A window in the model's hands, or the question for its language."""

    file: File
    seconds: float
    tokens: float
    rounds: int
    key: Hashable = "decode"
    is_encoded: bool = False


class Policy(Protocol):
    """What a worker asks for its next call."""

    @property
    def pause(self) -> float:
        """Seconds to wait before the next call."""

    def join(self, job: Job) -> JobQueue[Piece]:
        """A queue for this job."""

    def put(self, queue: JobQueue[Piece], work: Piece) -> None:
        """Queue a window."""

    def take(self) -> Call[Piece] | None:
        """The next call."""

    def finish(
        self,
        call: Call[Piece],
        seconds: float | None = None,
        *,
        again: Iterable[Turn[Piece]] = (),
        failed: Collection[Turn[Piece]] = (),
    ) -> None:
        """It is over."""


@dataclass(eq=False)
class File:
    """A clip or a recording on its way, with its times."""

    job: Job
    seconds: float
    arrived: float
    done: float | None = None
    prepared: float = 0.0
    delivered: float = 0.0
    in_flight: int = 0
    questions: int = 0
    waits_for_language: list[Piece] = field(default_factory=list)
    language_known: bool = False
    is_preparing: bool = False
    queue: JobQueue[Piece] | None = None

    @property
    def is_clip(self) -> bool:
        """Short enough to be interactive to its end."""
        return self.seconds <= 2 * WINDOW


class Clock:
    """Events in the order of their times."""

    def __init__(self) -> None:
        self.now = 0.0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Let `event` happen so much later."""
        heappush(self._events, (self.now + seconds, next(self._order), event))

    def run(self, until: float) -> None:
        """Everything up to then."""
        while self._events and self._events[0][0] <= until:
            self.now, _, event = heappop(self._events)
            event()
        self.now = until


class Worker:
    """One device and its policy; `slots` files at once, prepared by as many threads as there are cores."""

    def __init__(
        self, clock: Clock, device: Device, policy: Policy, random: Random, left: Callable[[File], None]
    ) -> None:
        self._clock = clock
        self._device = device
        self._policy = policy
        self._random = random
        self._left = left
        self._free_cores = device.cores
        self._to_prepare: list[File] = []
        self._is_running = False
        self.files: set[File] = set()
        self.busy = 0.0
        self.calls = 0
        self.windows = 0
        self.audio_of: dict[str, float] = {}

    def start(self, file: File) -> None:
        """Take a file in."""
        self.files.add(file)
        file.queue = self._policy.join(file.job)
        self._prepare_next(file)

    def _prepare_next(self, file: File) -> None:
        """The next window of `file` is to be prepared, if it may be by now."""
        if file.is_preparing or file.prepared >= file.seconds or file.in_flight >= IN_FLIGHT:
            return
        file.is_preparing = True
        self._to_prepare.append(file)
        self._use_cores()

    def _use_cores(self) -> None:
        while self._free_cores and self._to_prepare:
            self._free_cores -= 1
            file = min(self._to_prepare, key=lambda waiting: waiting.prepared)  # as the engine's gate
            self._to_prepare.remove(file)
            seconds = min(WINDOW, file.seconds - file.prepared)
            self._clock.after(seconds * PREPARATION, lambda f=file, s=seconds: self._prepared(f, s))  # type: ignore[misc]

    def _prepared(self, file: File, seconds: float) -> None:
        self._free_cores += 1
        file.is_preparing = False
        file.prepared += seconds
        file.in_flight += 1
        tokens = max(1.0, self._random.gauss(1.0, 0.3) * seconds * TOKENS_PER_SECOND)
        piece = Piece(file, seconds, tokens, 1 + (self._random.random() < ANOTHER_ROUND))
        if file.language_known:
            self._put(piece)
        else:
            self._ask_for_language(file, piece)
        self._prepare_next(file)
        self._use_cores()

    def _ask_for_language(self, file: File, piece: Piece) -> None:
        file.waits_for_language.append(piece)
        if file.questions == 0 and (len(file.waits_for_language) == VOTERS or file.prepared >= file.seconds):
            file.questions = len(file.waits_for_language)
            for _ in range(file.questions):
                self._put(Piece(file, 0.0, 1.0, 1, "detect"))

    def _put(self, piece: Piece) -> None:
        if piece.file.queue is None:
            raise RuntimeError("a window of a file that was not started")
        self._policy.put(piece.file.queue, piece)
        if not self._is_running:
            self._is_running = True
            self._pause_until(self._clock.now + self._policy.pause)

    def _pause_until(self, end: float) -> None:
        """The next call, as soon as the policy wants no more pause."""
        if self._clock.now >= end or not self._policy.pause:
            self._next_call()
        else:
            self._clock.after(min(WAKE_UP, end - self._clock.now), lambda: self._pause_until(end))

    def _next_call(self) -> None:
        call = self._policy.take()
        self._is_running = call is not None
        if call is not None:
            seconds = self._seconds(call)
            self.busy += seconds
            self._clock.after(seconds, lambda: self._called(call, seconds))

    def _seconds(self, call: Call[Piece]) -> float:
        pieces = [turn.work for turn in call.turns]
        raw = sum(not piece.is_encoded for piece in pieces)
        decoded = 0 if call.step == "encode" else len(pieces)
        self.calls += call.step != "encode"
        self.windows += decoded
        return self._device.seconds(raw, decoded, max(piece.tokens for piece in pieces))

    def _called(self, call: Call[Piece], seconds: float) -> None:
        again = []
        for turn in call.turns:
            piece = turn.work
            piece.is_encoded = True
            if call.step != "encode":
                piece.rounds -= 1
                if piece.rounds:
                    piece.key = "sample"
                    again.append(turn)
                else:
                    self._answered(piece)
        self._policy.finish(call, seconds, again=again)
        self._pause_until(self._clock.now + self._policy.pause)

    def _answered(self, piece: Piece) -> None:
        file = piece.file
        if piece.key == "detect":
            file.questions -= 1
            if file.questions == 0:
                self._clock.after(WAKE_UP, lambda: self._language_known(file))
            return
        file.in_flight -= 1
        file.delivered += piece.seconds
        self.audio_of[file.job.owner] = self.audio_of.get(file.job.owner, 0.0) + piece.seconds
        self._prepare_next(file)
        if file.delivered >= file.seconds - 1e-6:
            file.done = self._clock.now
            self.files.remove(file)
            self._left(file)

    def _language_known(self, file: File) -> None:
        file.language_known = True
        for index, piece in enumerate(file.waits_for_language):
            piece.is_encoded = index < VOTERS
            self._put(piece)
        file.waits_for_language.clear()
