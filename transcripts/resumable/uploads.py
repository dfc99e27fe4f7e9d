"""The verbs of a resumable upload: begin, find, ask how far it is, give up."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from transcripts import limits, submissions
from transcripts.access import Actor
from transcripts.errors import DiskFull, EmptyFile, TooManyOpen, UploadGone
from transcripts.incoming import TooLarge
from transcripts.models import Transcript, Upload

from . import files
from .metadata import Metadata

# Of one sender. Far more than anybody sends at once; it bounds what can be begun and never ended.
MOST_OPEN = 200
_RETRY_SECONDS = 60
# Left free for everything else that the service writes.
_SPARE_BYTES = 64 * 1024**2


def create(
    length: int, about: Metadata, actor: Actor, *, is_transcribed_unasked: bool = False, at: datetime | None = None
) -> Upload:
    """Begin an upload of `length` bytes. Everything that can be known to be in its way is said now.

    Raises:
        EmptyFile, TooLarge, QueueFull, QuotaUsedUp, TooManyOpen, DiskFull: nothing was begun.
    """
    now = at or timezone.now()
    _check(length, actor, now)
    upload = Upload(
        length=length,
        filename=about.filename,
        metadata=about.header,
        options=about.options,
        is_transcribed_unasked=is_transcribed_unasked,
        expires_at=expiry(now),
        **actor.ownership,
    )
    files.start(upload.pk)
    upload.save(force_insert=True)
    return upload


def find(upload_id: UUID, actor: Actor, at: datetime | None = None) -> Upload | None:
    """The upload, if it is the actor's.

    Raises:
        UploadGone: it was, and has expired.
    """
    upload = actor.uploads().filter(pk=upload_id).first()
    if upload is not None and upload.expires_at <= (at or timezone.now()):
        raise UploadGone
    return upload


def transcript_of(upload: Upload) -> Transcript | None:
    """What was made of it, if anything was: a recording with the upload's own id."""
    rows = Transcript.objects.select_related("recording").filter(recording=upload.pk, recording__deleted_at=None)
    return rows.order_by("created_at").first()


def offset(upload: Upload) -> int:
    """Bytes of it that are here; all of them once a transcript was made.

    Raises:
        UploadGone: its bytes are gone, and no transcript was made of them, or that was deleted.
    """
    here = files.size(upload.pk)
    if here is not None:
        return here
    if transcript_of(upload) is None:
        raise UploadGone
    return upload.length


def discard(upload: Upload) -> None:
    """Forget it with its bytes. What was made of it stays."""
    files.remove(upload.pk)
    upload.delete()


def keep_on(upload: Upload, at: datetime | None = None) -> None:
    """It is being sent: it expires so much later."""
    upload.expires_at = expiry(at or timezone.now())
    Upload.objects.filter(pk=upload.pk).update(expires_at=upload.expires_at)


def expiry(now: datetime) -> datetime:
    """Until when an upload that is heard of at `now` may be gone on with."""
    return now + timedelta(hours=settings.UPLOAD_HOURS)


def _check(length: int, actor: Actor, now: datetime) -> None:
    if not length:
        raise EmptyFile(_("The file is empty (0 bytes)."))
    if length > (most := limits.largest_file(actor)):
        raise TooLarge(most)
    submissions.check_room()
    limits.check_quotas(actor, now)
    if actor.uploads().unfinished().filter(expires_at__gt=now).count() >= MOST_OPEN:
        words = _("%(count)d uploads have been begun already. Finish or cancel some of them first.")
        raise TooManyOpen(words % {"count": MOST_OPEN}, retry_after=_RETRY_SECONDS)
    settings.INCOMING_DIR.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.INCOMING_DIR).free < length + _SPARE_BYTES:
        raise DiskFull(_("The disk of the service has no room for this file. Please tell the administrator."))
