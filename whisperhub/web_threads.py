"""The threads of a web process: as many as there are requests at once, and no more for long afterwards.

Python's own pool keeps every thread that it ever needed, with its stack and what its allocator holds for it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Final

IDLE_SECONDS: Final = 10.0


@dataclass(eq=False)
class _Work:
    do: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        try:
            result = self.do(*self.arguments)
        except BaseException as error:  # whoever asks for the result is told
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


_Inbox = SimpleQueue[_Work | None]


class WebThreads:
    """What gunicorn needs of an executor. Work goes to the thread that was busy last, so that the others may leave."""

    def __init__(self, most: int, idle_seconds: float = IDLE_SECONDS) -> None:
        """`most` threads at once; what is beyond waits. A thread without work for `idle_seconds` ends."""
        self._most = most
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._count = 0
        self._idle: list[_Inbox] = []
        self._waiting: deque[_Work] = deque()
        self._is_over = False

    def submit(self, do: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Have a thread do it."""
        work = _Work(do, arguments)
        with self._lock:
            if self._idle:
                self._idle.pop().put(work)
            elif self._count < self._most:
                self._count += 1
                # Daemons: a request that waits for its words must not hold up the end of the process.
                threading.Thread(target=self._serve, args=(work,), name="web", daemon=True).start()
            else:
                self._waiting.append(work)
        return work.future

    def shutdown(self, wait: bool = False) -> None:
        """Let go whoever has nothing to do, now or later. Nobody is waited for."""
        with self._lock:
            self._is_over = True
            idle, self._idle = self._idle, []
            self._count -= len(idle)
        for inbox in idle:
            inbox.put(None)

    def _serve(self, work: _Work | None) -> None:
        inbox: _Inbox = SimpleQueue()
        while work is not None:
            work.run()
            del work  # with its connection: the next may be long in coming
            work = self._next(inbox)

    def _next(self, inbox: _Inbox) -> _Work | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_over:
                return None
            self._idle.append(inbox)
        try:
            return inbox.get(timeout=self._idle_seconds)
        except Empty:
            pass
        with self._lock:
            if inbox in self._idle:
                self._idle.remove(inbox)
                self._count -= 1
                return None
        return inbox.get()  # it came at this very moment
