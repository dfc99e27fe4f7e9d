"""Deleting recordings, from every face the same way: first into the bin, then for good.

kept ──discard──▶ in the bin ──delete_recording, or WHISPERHUB_BIN_DAYS──▶ gone
  ▲                   │
  └─────restore───────┘
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from . import audit, events, lifecycle
from .access import Actor
from .models import Peaks, Recording, Status, Transcript

logger = logging.getLogger(__name__)

# Deleting a file can take a moment on a remote storage, and the sweeper comes again in seconds.
EMPTIED_AT_ONCE = 50


def discard(recording: Recording, actor: Actor | None, at: datetime | None = None) -> bool:
    """Into the bin: nobody sees it any more, and what runs on it is cancelled. False: it was there already.

    `actor` is None for the service itself.
    """
    now = at or timezone.now()
    with transaction.atomic():
        if not Recording.objects.kept().filter(pk=recording.pk).update(deleted_at=now):
            return False
        for transcript_id in list(recording.transcripts.open().values_list("pk", flat=True)):
            lifecycle.cancel(transcript_id, at=now)
        audit.record(actor, "delete", recording)
    return True


def restore(recording: Recording, actor: Actor) -> bool:
    """Out of the bin again; what was cancelled by `discard` goes on from its last window. False: it was not there."""
    with transaction.atomic():
        row = Recording.objects.deleted().select_for_update().filter(pk=recording.pk).first()
        if row is None:
            return False
        stopped = row.transcripts.filter(status=Status.CANCELLED, finished_at=row.deleted_at)
        for transcript_id in list(stopped.values_list("pk", flat=True)):
            lifecycle.retry(transcript_id)
        Recording.objects.filter(pk=row.pk).update(deleted_at=None)
        audit.record(actor, "restore", row)
    return True


def empty_bin(at: datetime | None = None) -> int:
    """Delete for good what has been in the bin for `WHISPERHUB_BIN_DAYS`. Returns how many, a batch at most."""
    before = (at or timezone.now()) - timedelta(days=settings.BIN_DAYS)
    old = list(Recording.objects.deleted().filter(deleted_at__lte=before).order_by("deleted_at")[:EMPTIED_AT_ONCE])
    for recording in old:
        delete_recording(recording)
    return len(old)


def delete_recording(recording: Recording, actor: Actor | None = None, **why: str) -> None:
    """For good, and written down with the reason why. `actor` is None for the service itself."""
    with transaction.atomic():
        audit.record(actor, "delete for good", recording, **why)
        erase(recording)


def erase(recording: Recording) -> None:
    """Stop what runs on it, delete its rows, then its file. Nothing is written down: for what nobody meant to keep.

    A file without a row is found later, the reverse is not.
    """
    name = str(recording.file.name)
    with transaction.atomic():
        for transcript_id in list(recording.transcripts.open().values_list("pk", flat=True)):
            lifecycle.cancel(transcript_id)
        recording.delete()
        if name:  # else the audio was deleted before
            transaction.on_commit(partial(_delete_file, name))


def delete_audio(recording: Recording, *, cause: str, at: datetime | None = None) -> bool:
    """Delete the file and its waveform, for a `cause` in words; the text stays. The service itself did it.

    The file goes first: a row that says that the audio is deleted tells the truth, and one that could not be deleted is
    tried again. False: it was gone already, or a transcript still needs it. Raises what the storage raises.
    """
    still_needed = Transcript.objects.open().filter(recording=OuterRef("pk"))
    rows = Recording.objects.filter(pk=recording.pk, audio_deleted_at=None).exclude(Exists(still_needed))
    if not rows.exists():
        return False
    default_storage.delete(str(recording.file.name))
    with transaction.atomic():
        if not rows.update(file="", audio_deleted_at=at or timezone.now()):
            return False
        Peaks.objects.filter(transcript__recording=recording).delete()
        recording.transcripts.update(revision=F("revision") + 1)
        audit.record(None, "delete audio", recording, cause=cause)
        for transcript_id in recording.transcripts.values_list("pk", flat=True):
            events.publish(transcript_id)
    return True


def _delete_file(name: str) -> None:
    try:
        default_storage.delete(name)
    except Exception:  # each storage has errors of its own, and the rows are gone: nobody could try again
        logger.exception("Could not delete the media file %s; its rows are gone", name)
