"""Counting what becomes of transcripts, in the transaction in which it becomes so: neither twice nor not at all.

One row for each way to end, so that counting costs one read and one UPDATE. Questions for the language are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from .models import Failure, Status, Tally, Transcript

# Upper bounds of the classes of lengths, in milliseconds of the recording.
LENGTHS: Final = (("10s", 10_000), ("1m", 60_000), ("10m", 600_000), ("1h", 3_600_000))
LONGER, UNKNOWN = "longer", "unknown"
# Upper bounds, in seconds, of the time from asked for to done.
WITHIN: Final = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 10_800)
BEYOND = "+Inf"


def ended(transcript_id: UUID, failure: Failure | None, processing_ms: int, at: datetime) -> None:
    """A transcript has come to its end, after an attempt of `processing_ms`. After the UPDATE that ended it."""
    row = (
        Transcript.objects.filter(pk=transcript_id)
        .values("status", "created_at", "transcribed_ms", "options", "recording__duration_ms")
        .get()
    )
    options = row["options"]
    if options.get("language_only"):
        return
    done = row["status"] == Status.DONE
    heard = max(row["transcribed_ms"] - round((options.get("clip_start") or 0) * 1000), 0)
    took = max(at - row["created_at"], timedelta())
    _add(
        Tally.Outcome(row["status"]),
        reason=failure or "",
        length=length_of(heard if done else row["recording__duration_ms"]),
        within=within(took) if done else "",
        audio_ms=heard if done else 0,
        processing_ms=processing_ms,
        turnaround_ms=round(took.total_seconds() * 1000) if done else 0,
    )


def interrupted(outcome: Tally.Outcome, processing_ms: int = 0) -> None:
    """An attempt has ended, and its transcript waits again."""
    _add(outcome, processing_ms=processing_ms)


def length_of(milliseconds: int | None) -> str:
    """The class of a recording of that length."""
    if milliseconds is None:
        return UNKNOWN
    return next((name for name, bound in LENGTHS if milliseconds <= bound), LONGER)


def lengths() -> Sequence[str]:
    """All classes of recordings that can be done, the shortest first."""
    return [name for name, _ in LENGTHS] + [LONGER]


def within(took: timedelta) -> str:
    """The bucket of a time from asked for to done."""
    return next((str(bound) for bound in WITHIN if took <= timedelta(seconds=bound)), BEYOND)


def _add(
    outcome: Tally.Outcome, *, reason: str = "", length: str = "", within: str = "", processing_ms: int, **amounts: int
) -> None:
    key: dict[str, Any] = {"outcome": outcome, "reason": reason, "length": length, "within": within}
    amounts |= {"count": 1, "processing_ms": processing_ms}
    more = {name: F(name) + amount for name, amount in amounts.items()}
    if not Tally.objects.filter(**key).update(**more):
        Tally.objects.get_or_create(**key)  # somebody else may make it at this moment
        Tally.objects.filter(**key).update(**more)
