"""From an upload to a transcript: once, however often it is asked for and wherever it was interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from transcripts import attendance, submissions
from transcripts.access import Actor
from transcripts.errors import NotAudio, TooLong, Unfinished, UploadGone
from transcripts.incoming import IncomingFile, let_go_of_the_database
from transcripts.models import Recording, Transcript, Upload
from transcripts.models.recording import storage_name
from transcripts.orders import order
from transcripts.repeats import Sending

from . import files, uploads


def finish(upload: Upload, given: Mapping[str, object], actor: Actor, sending: Sending = submissions.NEW) -> Transcript:
    """The transcript of a whole upload: a new one, or the one that was made of it before.

    `given` are options that take the place of those with which it was begun. The recording has the upload's id, so the
    database lets nobody make two of it; the bytes go only when the rows are there, so a crash in between costs nothing.

    Raises:
        Unfinished: a part is still to come.
        UploadGone: its bytes are gone, or what was made of it was deleted.
        NotAudio, TooLong: it never can be one; it is gone now.
        Refused: as `submissions.submit`; it stays, to be tried again.
    """
    try:
        with files.locked(upload.pk) as here:
            transcript = _made(upload, sending) or _make(upload, here, given, actor, sending)
            files.remove(upload.pk)
    except UploadGone:
        # Made already, or made by another request for whose end this one waited.
        found = _made(upload, sending)
        if found is None:
            raise
        return found
    Upload.objects.filter(pk=upload.pk).update(finished_at=timezone.now())
    return transcript


def _made(upload: Upload, sending: Sending) -> Transcript | None:
    """What was made of it before, which this request wants from now on too."""
    found = uploads.transcript_of(upload)
    if found is not None:
        attendance.join(found.pk, cancels=sending.cancels)
    return found


def _make(upload: Upload, here: int, given: Mapping[str, object], actor: Actor, sending: Sending) -> Transcript:
    if here < upload.length:
        words = _("%(here)d of %(length)d bytes are here. Send the rest first.")
        raise Unfinished(words % {"here": here, "length": upload.length})
    if Recording.objects.filter(pk=upload.pk).exists():
        raise UploadGone  # what was made of it lies in the bin
    wanted = order({**upload.options, **given})
    # What a process left in the storage that was killed before it could write the rows.
    default_storage.delete(storage_name(Recording(id=upload.pk), ""))
    let_go_of_the_database()
    with IncomingFile(upload.filename) as file:
        file.adopt(files.path_of(upload.pk))
        try:
            # Whether it came before, its id says: it is joined to nothing else.
            once = replace(sending, waits=False, is_retry=False)
            return submissions.submit(file, wanted, actor, sending=once, recording_id=upload.pk)
        except (NotAudio, TooLong):
            uploads.discard(upload)
            raise
