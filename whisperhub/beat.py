"""Celery's clock, watched: every look at what is due feeds systemd's watchdog."""

from __future__ import annotations

from typing import Any

from celery.beat import PersistentScheduler

from .systemd import watchdog


class WatchedScheduler(PersistentScheduler):
    """Keeps in a file when each task was rung for last."""

    def tick(self, *args: Any, **options: Any) -> float:
        """Ring for what is due; the seconds until the next look."""
        seconds: float = super().tick(*args, **options)
        watchdog.feed()
        return seconds
