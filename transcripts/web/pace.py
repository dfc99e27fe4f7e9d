"""How long a page of the library waits before it asks for changes again: the more are open, the longer."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

AT_WORK_SECONDS = 2.0
AT_REST_SECONDS = 15.0
# Of one web process, and there are two. An answer takes some ten milliseconds of a processor: a fifth of one for all.
MOST_A_SECOND = 10.0


@dataclass
class Pace:
    """Gives out moments to ask at, so many a second, and none sooner than `AT_WORK_SECONDS` from now."""

    most_a_second: float = MOST_A_SECOND
    _taken_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, at: float | None = None) -> float:
        """Seconds from now (or from `at`, of a monotonic clock) until whoever asks now may ask again."""
        now = time.monotonic() if at is None else at
        with self._lock:
            self._taken_until = max(now, self._taken_until + 1 / self.most_a_second)
            return max(AT_WORK_SECONDS, self._taken_until - now)


_pace = Pace()


def pause(*, is_open: bool) -> str:
    """Seconds, as a page's trigger writes them; `is_open`: something in it waits or is in work."""
    return f"{_pace.next() if is_open else AT_REST_SECONDS:.3g}"
