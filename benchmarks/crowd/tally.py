"""What was asked, how long each answer took, and what went wrong."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field

import httpx


@dataclass
class Tally:
    """Seconds of each answer by question. `refused` counts those that found the queue full, and were told when to come.

    `counts`: whatever else is worth a number.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Take in what another process counted."""
        for what, seconds in other.seconds.items():
            self.seconds[what] += seconds
        self.refused += other.refused
        self.errors += other.errors
        self.counts += other.counts

    def note(self, what: str, seconds: float, status: int, retry_after: str | None, words: str) -> float | None:
        """Count an answer. The seconds to stay away, if it said so with a 503; else None, also for an error."""
        away = float(retry_after) if retry_after and status == httpx.codes.SERVICE_UNAVAILABLE else None
        if away is not None and "The queue is full" in words:
            self.refused[f"{what}: Retry-After {retry_after}: {words[:120]}"] += 1
        elif status >= httpx.codes.BAD_REQUEST:
            self.errors[f"{what}: {status}: {words[:120]}"] += 1
        else:
            self.seconds[what].append(seconds)
        return away

    async def ask(self, what: str, question: Awaitable[httpx.Response]) -> tuple[httpx.Response | None, float | None]:
        """The answer if it is one of success, else None and the seconds to stay away, if it told any."""
        began = time.perf_counter()
        try:
            answer = await question
        except httpx.HTTPError as error:
            self.errors[f"{what}: {type(error).__name__}"] += 1
            return None, None
        said = "" if answer.is_success else answer.text
        took = time.perf_counter() - began
        away = self.note(what, took, answer.status_code, answer.headers.get("Retry-After"), said)
        return (answer if answer.is_success else None), away


def percentile(values: list[float], percent: float) -> float:
    """Nearest rank, in milliseconds."""
    ranked = sorted(values)
    return 1000 * ranked[min(round(percent / 100 * len(ranked)), len(ranked) - 1)] if ranked else float("nan")
