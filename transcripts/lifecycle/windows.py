"""What a worker has heard, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from .. import events
from ..models import Peaks, Segment, Transcript
from .leases import Lease, heartbeat, held


class OutOfOrder(Exception):
    """A window with words came that does not lie behind those that are stored: it would be in the transcript twice."""


def store_window(
    lease: Lease,
    segments: Sequence[Segment],
    *,
    transcribed_ms: int,
    language: str | None = None,
    language_probability: float | None = None,
    peaks: bytes = b"",
    at: datetime | None = None,
) -> None:
    """Append the segments of one window and move the resume point to `transcribed_ms`, both or neither.

    `segments` come unsaved, in order, without transcript and index. A window without any never moves the point back.

    Raises:
        LeaseLost: if the lease is no longer held; nothing is written.
        OutOfOrder: if words for this stretch are stored already; nothing is written.
    """
    changes: dict[str, Any] = {"revision": F("revision") + 1}
    if language is not None:
        changes |= {"language": language, "language_probability": language_probability}
    with transaction.atomic():
        heartbeat(lease, at)  # the conditional UPDATE comes first: it locks the row until the segments are in
        stored = Transcript.objects.only("segment_count", "transcribed_ms").get(pk=lease.transcript_id)
        got_on = transcribed_ms > stored.transcribed_ms
        if segments and not got_on:
            raise OutOfOrder(f"A window up to {transcribed_ms} ms came, {stored.transcribed_ms} ms are stored already.")
        for index, segment in enumerate(segments, stored.segment_count):
            segment.transcript_id, segment.index = lease.transcript_id, index
        Segment.objects.bulk_create(segments)
        if got_on:
            changes["fruitless_attempts"] = 0
        if got_on and peaks:
            Peaks.objects.create(transcript_id=lease.transcript_id, end_ms=transcribed_ms, data=peaks)
        held(
            lease,
            segment_count=stored.segment_count + len(segments),
            transcribed_ms=max(stored.transcribed_ms, transcribed_ms),
            **changes,
        )
    events.publish(lease.transcript_id)
