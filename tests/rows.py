"""Rows for tests that are not about how rows come to be. States are reached by the lifecycle's own verbs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.utils import timezone

from transcripts import lifecycle
from transcripts.lifecycle import Lease
from transcripts.models import Failure, Recording, Segment, Status, Transcript, Worker

BROKEN = "The recording ends in the middle of a word."


@dataclass(frozen=True, slots=True)
class Held:
    """A transcript and the last lease that was given out on it, which need not be good any more."""

    transcript: Transcript
    lease: Lease


def recording(**fields: Any) -> Recording:
    """Ten seconds of Alice's or nobody's; its file does not exist."""
    return Recording.objects.create(
        **{
            "title": "meeting.wav",
            "file": f"recordings/00/{uuid.uuid4().hex}",
            "size_bytes": 1000,
            "sha256": "0" * 64,
            "container": "wav",
            "duration_ms": 10_000,
            **fields,
        }
    )


def in_state(status: Status, of: Recording | None = None, **options: Any) -> Held:
    """A transcript that has come to `status`; a queued one comes with a lease that nobody gave out."""
    transcript = lifecycle.submit(of or recording(), **options)
    lease = Lease(transcript.pk, uuid.uuid4())
    if status is not Status.QUEUED:
        lease = claimed(transcript)
    if status is Status.DONE:
        lifecycle.complete(lease, processing_ms=1200)
    if status is Status.FAILED:
        lifecycle.fail(lease, Failure.MEDIA, BROKEN, processing_ms=300)
    if status is Status.CANCELLED:
        lifecycle.cancel(transcript.pk)
    return Held(Transcript.objects.get(pk=transcript.pk), lease)


def claimed(transcript: Transcript, worker: str = "gpu-1") -> Lease:
    """The lease of a transcript that waits, taken once it has rested."""
    rests_until = Transcript.objects.values_list("not_before", flat=True).get(pk=transcript.pk)
    lease = lifecycle.claim(transcript.pk, worker=worker, at=max(timezone.now(), rests_until or timezone.now()))
    assert lease is not None
    return lease


def said(*texts: str, from_ms: int = 0, each_ms: int = 1000, word_by_word: bool = False) -> list[Segment]:
    """Unsaved segments of one second each, one word each; `word_by_word`, a word for each of the text's."""
    starts = [from_ms + index * each_ms for index in range(len(texts))]
    return [
        Segment(
            start_ms=start,
            end_ms=start + each_ms,
            text=f" {text}",
            words=_words(text.split() if word_by_word else [text], start, each_ms),
        )
        for start, text in zip(starts, texts, strict=True)
    ]


def _words(texts: list[str], start_ms: int, each_ms: int) -> list[dict[str, Any]]:
    borders = [start_ms + each_ms * number // len(texts) for number in range(len(texts) + 1)]
    return [
        {"word": f" {text}", "start_ms": start, "end_ms": end, "probability": 0.9}
        for text, (start, end) in zip(texts, pairwise(borders), strict=True)
    ]


def after_the_lease() -> Any:
    """A moment at which every lease given out so far has run out."""
    return timezone.now() + timedelta(seconds=settings.LEASE_SECONDS + 1)


def worker(name: str = "gpu-1", **fields: Any) -> Worker:
    """A worker that reported just now."""
    now = timezone.now()
    return Worker.objects.create(
        **{
            "name": name,
            "model": "large-v3-turbo",
            "device": "cuda",
            "device_name": "cuda (Quadro M4000)",
            "compute_type": "float32",
            "gpu_available": True,
            "can_translate": False,
            "version": settings.VERSION,
            "started_at": now,
            "last_seen_at": now,
            **fields,
        }
    )
