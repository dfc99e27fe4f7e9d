"""Requests that want a transcript only while they are connected (`cancel_on_disconnect`), and who else wants it.

A transcript's `wanted_by` counts such requests; NULL says that it is wanted whoever goes, which any other request
makes it for good. So a client that goes away ends no work but its own: the last one who wants it turns the light off.
A web process that dies takes its requests along without a word: then the work is done, which harms nobody.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from . import lifecycle
from .models import Transcript
from .models.transcript import TranscriptQuerySet


def join(transcript_id: UUID, *, cancels: bool) -> bool:
    """One request more wants it, until it goes if it `cancels`. False: it had ended already."""
    # NULL plus one is NULL.
    return bool(_open(transcript_id).update(wanted_by=F("wanted_by") + 1 if cancels else None))


def leave(transcript_id: UUID) -> bool:
    """A request that cancels by going has gone. True: nobody else wanted it, and it is cancelled."""
    _open(transcript_id).filter(wanted_by__gt=0).update(wanted_by=F("wanted_by") - 1)
    return lifecycle.cancel(transcript_id, only_if_unwanted=True)


def _open(transcript_id: UUID) -> TranscriptQuerySet:
    return Transcript.objects.open().filter(pk=transcript_id)
