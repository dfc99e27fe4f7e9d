"""The door between the job threads and the one thread that owns the model.

Every job has a lane. Which work goes next, and how much of it at once, is for `turns` to say; here are the lock, the
thread and the futures. The scheduler knows nothing of speech.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final, Generic, Protocol, TypeVar

from .errors import EngineClosed
from .figures import LoadFigures, RunningCall, StepFigures
from .turns import Call, JobQueue, Sizes, Step, Turn, Turns, Work
from .types import Job

logger = logging.getLogger(__name__)

OUT_OF_MEMORY: Final = re.compile("out of memory|ALLOC_FAILED", re.IGNORECASE)


class Again:
    """What a step returns for work that needs another round."""


AGAIN: Final = Again()

W = TypeVar("W", bound=Work)
W_contra = TypeVar("W_contra", bound=Work, contravariant=True)
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Model(Protocol[W_contra, R_co]):
    """What the thread runs. A call that fails leaves its works as they were."""

    def encode(self, batch: Sequence[W_contra]) -> None:
        """The first half of the work, which is kept with it: afterwards it `is_encoded`."""

    def step(self, batch: Sequence[W_contra]) -> Sequence[R_co | Again]:
        """All that there is to do for works of equal keys; a result or `AGAIN` for each."""


class _Task(Generic[W, R]):
    """Work and whoever waits for it."""

    def __init__(self, work: W) -> None:
        self.work = work
        self.future: Future[R] = Future()

    @property
    def key(self) -> Hashable:
        return self.work.key

    @property
    def seconds(self) -> float:
        return self.work.seconds

    @property
    def is_encoded(self) -> bool:
        return self.work.is_encoded


class Lane(Generic[W, R]):
    """One job's way in; made by `Scheduler.lane`, closed by whoever asked for it."""

    def __init__(self, scheduler: Scheduler[W, R], queue: JobQueue[_Task[W, R]]) -> None:
        self.queue = queue
        self._scheduler = scheduler

    def submit(self, work: W) -> Future[R]:
        """Queue work; its result or its error comes in the future.

        Raises:
            EngineClosed: the scheduler or this lane is closed.
        """
        return self._scheduler.put(self, _Task(work))

    def close(self) -> None:
        """Forget all work that is still queued; what is running comes to nobody."""
        self._scheduler.remove(self)


class Scheduler(Generic[W, R]):
    """Owns the model's thread. Everything that `turns` keeps is touched under the lock only."""

    def __init__(
        self, model: Model[W, R], sizes: Sizes | None = None, steps: dict[Step, StepFigures] | None = None
    ) -> None:
        """`sizes` and `steps` are what earlier schedulers of the same model have learned and done; both are kept up."""
        self._model = model
        self._turns: Turns[_Task[W, R]] = Turns(sizes)
        self._lanes: list[Lane[W, R]] = []
        self._out: RunningCall | None = None
        self._steps = {} if steps is None else steps
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def lane(self, job: Job) -> Lane[W, R]:
        """A way in for this job."""
        with self._changed:
            lane = Lane(self, self._turns.join(job))
            self._lanes.append(lane)
        return lane

    def put(self, lane: Lane[W, R], task: _Task[W, R]) -> Future[R]:
        """Queue a lane's task."""
        with self._changed:
            if self._closed or lane not in self._lanes:
                raise EngineClosed("The engine was closed.")
            self._turns.put(lane.queue, task)
            self._changed.notify()
        return task.future

    def remove(self, lane: Lane[W, R]) -> None:
        """Take a lane out; its queued futures are cancelled."""
        with self._changed:
            if lane in self._lanes:
                self._lanes.remove(lane)
            for turn in self._turns.remove(lane.queue):
                turn.work.future.cancel()

    def figures(self) -> LoadFigures:
        """What waits, what runs, what was done."""
        with self._changed:
            running = self._out.windows if self._out else 0
            return LoadFigures(len(self._lanes), running, self._turns.waiting(), dict(self._steps))

    @property
    def running_call(self) -> RunningCall | None:
        """The call that is out now."""
        return self._out

    def close(self) -> None:
        """Let the running call end, cancel everything else, stop the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        for lane in list(self._lanes):
            self.remove(lane)

    def _run(self) -> None:
        for call in self._calls():
            started = time.perf_counter()
            try:
                outcomes = self._model_does(call, call.turns)
            except Exception as error:  # whatever it is, it belongs to the jobs and must not end the model's thread
                self._recover(call, error)
            else:
                self._conclude(call, outcomes, time.perf_counter() - started)

    def _calls(self) -> Iterator[Call[_Task[W, R]]]:
        """One call after the other, until closed."""
        while True:
            with self._changed:
                self._out = None
                self._changed.wait_for(lambda: self._closed or bool(self._turns))
                self._changed.wait_for(lambda: self._closed or not self._turns.pause, self._turns.pause)
                if self._closed:
                    return
                call = self._turns.take()
            if call is not None:  # all may have been cancelled during the pause
                yield call

    def _model_does(self, call: Call[_Task[W, R]], turns: Sequence[Turn[_Task[W, R]]]) -> Sequence[R | Again]:
        """Run all of the call, or these `turns` of it."""
        with self._changed:
            self._out = RunningCall(call.step, len(turns), self._turns.deadline(call, len(turns)))
        works = [turn.work.work for turn in turns]
        if call.step != "encode":
            return self._model.step(works)
        self._model.encode(works)
        return [AGAIN] * len(works)

    def _recover(self, call: Call[_Task[W, R]], error: Exception) -> None:
        """Make calls smaller if memory ran out, or else try one by one, so that a bad item fails alone."""
        if _is_out_of_memory(error) and self._made_smaller(call):
            logger.warning("%s of %d windows ran out of memory, halving it", call.step, len(call.turns))
        elif len(call.turns) == 1:
            self._conclude(call, [error])
        else:
            logger.warning("%s of %d windows failed, trying them one by one: %s", call.step, len(call.turns), error)
            self._conclude(call, [self._alone(call, turn) for turn in call.turns])

    def _made_smaller(self, call: Call[_Task[W, R]]) -> bool:
        with self._changed:
            _cancel_orphans(call)
            return self._turns.out_of_memory(call)

    def _alone(self, call: Call[_Task[W, R]], turn: Turn[_Task[W, R]]) -> R | Again | Exception:
        try:
            return self._model_does(call, [turn])[0]
        except Exception as error:
            return error

    def _conclude(
        self, call: Call[_Task[W, R]], outcomes: Sequence[R | Again | Exception], seconds: float | None = None
    ) -> None:
        """Tell the policy, hand out results and errors. `seconds` only of a call that went well as a whole."""
        ended = list(zip(call.turns, outcomes, strict=True))
        again = [turn for turn, outcome in ended if isinstance(outcome, Again) and call.step != "encode"]
        failed = [turn for turn, outcome in ended if isinstance(outcome, Exception)]
        with self._changed:
            self._turns.finish(call, seconds, again=again, failed=failed)
            self._count(call, seconds or 0.0)
            _cancel_orphans(call)
            for turn, outcome in ended:
                _answer(turn.work.future, outcome)

    def _count(self, call: Call[_Task[W, R]], seconds: float) -> None:
        audio = sum(turn.work.seconds for turn in call.turns)
        before = self._steps.get(call.step, StepFigures())
        self._steps[call.step] = before.plus(len(call.turns), seconds, audio)


def _answer(future: Future[R], outcome: R | Again | Exception) -> None:
    if future.done():  # cancelled meanwhile
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    elif not isinstance(outcome, Again):
        future.set_result(outcome)


def _cancel_orphans(call: Call[_Task[W, R]]) -> None:
    """What belongs to lanes that were closed meanwhile."""
    for turn in call.turns:
        if not turn.queue.is_open:
            turn.work.future.cancel()


def _is_out_of_memory(error: Exception) -> bool:
    """CTranslate2 has no type for it, only a RuntimeError with the words of CUDA or cuBLAS."""
    said = isinstance(error, RuntimeError) and OUT_OF_MEMORY.search(str(error)) is not None
    return said or isinstance(error, MemoryError)
