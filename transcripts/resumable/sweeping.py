"""What nobody ends: uploads that have expired, files without a row, and whole ones whose page was closed too early."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from transcripts.access import Actor
from transcripts.models import Scope, Upload
from transcripts.refusals import REFUSALS

from . import files, uploads
from .finishing import finish

logger = logging.getLogger(__name__)

# A page asks for the transcript itself as soon as the last byte is there.
PAGE_PATIENCE = timedelta(minutes=1)
# Between making the file and writing its row, or after the row has gone with its owner.
STRAY_AFTER = timedelta(hours=1)


def sweep(at: datetime | None = None) -> None:
    """Put it right. Safe to run twice at once."""
    now = at or timezone.now()
    for upload in list(Upload.objects.expired(now)):
        uploads.discard(upload)
    here = dict(files.all_of_them())
    known = Upload.objects.in_bulk(here)
    for upload_id, found in here.items():
        idle = now - datetime.fromtimestamp(found.st_mtime, tz=now.tzinfo)
        if upload_id in known:
            is_whole = found.st_size == known[upload_id].length
            if is_whole and idle > PAGE_PATIENCE:
                _finish_unasked(known[upload_id])
        elif idle > STRAY_AFTER:
            files.remove(upload_id)


def _finish_unasked(upload: Upload) -> None:
    """Whoever sent it by the page wanted a transcript, and need not come back to get it."""
    person = upload.owner
    if not upload.is_transcribed_unasked or person is None or not person.is_active:
        return
    actor = Actor(user=person)
    if not actor.may(Scope.TRANSCRIBE):
        return
    try:
        finish(upload, {}, actor)
    except REFUSALS as error:
        # Left until it expires: a full queue passes, and whoever comes back is told the reason.
        logger.info("Upload %s was not transcribed: %s", upload.pk, error)
