"""How long a running transcript will still take, judged by its own pace so far."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from .models import Attempt, Status, Transcript

# The first window tells little: the model may have been loaded meanwhile.
ENOUGH_MS = 60_000


def left_ms(transcript: Transcript, at: datetime | None = None, *, attempt: Attempt | None = None) -> int | None:
    """Milliseconds of work left; None while nobody can tell. `attempt` is the one that runs; without it one query."""
    length = transcript.until_ms
    if transcript.status != Status.RUNNING or not length:
        return None
    attempt = attempt or transcript.attempt_log.filter(ended_at=None).first()
    if attempt is None:
        return None
    done = transcript.transcribed_ms - attempt.resumed_ms
    if done < min(ENOUGH_MS, length / 4):
        return None
    taken = ((at or timezone.now()) - attempt.started_at).total_seconds() * 1000
    return round(taken * max(length - transcript.transcribed_ms, 0) / done)
