"""Recordings that are only rows of a running stack: enough of them to be filtered, sorted and turned over."""

from __future__ import annotations

from tests.e2e.stack import Stack

# As the first administrator's. They are done, say one sentence, and have no file.
_SCRIPT = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from transcripts.models import Recording, Segment, Tag, Transcript
owner, now = User.objects.get(username="admin"), timezone.now()
tag, _ = Tag.objects.get_or_create(name={tag!r})
for number in range({count}):
    recording = Recording.objects.create(
        title=f"{title} {{number:03}}", owner=owner, file=f"recordings/00/{tag}-{{number}}", container="wav",
        size_bytes=1, sha256="0" * 64, duration_ms=60_000 + number * 1000,
    )
    Recording.objects.filter(pk=recording.pk).update(created_at=now - timedelta(days=number + 1))
    recording.tags.add(tag)
    transcript = Transcript.objects.create(
        recording=recording, status="done", language="en" if number % 2 else "es", transcribed_ms=60_000,
        segment_count=1, finished_at=now,
    )
    Segment.objects.create(transcript=transcript, index=0, start_ms=0, end_ms=1000, text=f" Sentence {{number}}.")
"""


def seed(stack: Stack, count: int, *, title: str, tag: str) -> None:
    """`count` recordings `<title> 000`, `<title> 001`, …, each a second longer and a day older than the one before.

    Those with an even number are Spanish, the others English.
    """
    stack.manage("shell", "--no-imports", "-c", _SCRIPT.format(count=count, title=title, tag=tag))
