"""A job's line to the model thread: hand in work, wait for its answer, hear of a cancellation meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Final

from .errors import EngineClosed, JobCancelled
from .scheduler import Lane
from .work import Answer, AnyWork

POLL_SECONDS: Final = 0.2


class Line:
    """Lives in the job's thread."""

    def __init__(self, lane: Lane[AnyWork, Answer], cancelled: Callable[[], bool]) -> None:
        self._lane = lane
        self._cancelled = cancelled

    def submit(self, work: AnyWork) -> Future[Answer]:
        """Queue work.

        Raises:
            EngineClosed: the engine was closed.
        """
        return self._lane.submit(work)

    def wait(self, future: Future[Answer]) -> Answer:
        """The answer, when it is there.

        Raises:
            JobCancelled: the caller no longer wants the job.
            EngineClosed: the engine was closed.
        """
        while True:
            self.check()
            try:
                return future.result(timeout=POLL_SECONDS)
            except CancelledError as error:
                raise EngineClosed("The engine was closed while the job ran.") from error
            except TimeoutError:
                continue

    def check(self) -> None:
        """Raise `JobCancelled` where the caller no longer wants the job."""
        if self._cancelled():
            raise JobCancelled("The job was cancelled.")
