"""The one way in. Every face (form, documented endpoints, URL) parses and permits, then calls `submit`."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import attendance, audit, lifecycle, limits, repeats, steering, tags, tracing
from .access import Actor
from .engine import MediaError, MediaInfo, ReaderLost
from .engine.apart.media import probe
from .errors import CannotLook, EmptyFile, KeyTaken, NotAudio, QueueFull, Refused
from .fetch import FetchLimits, open_url
from .incoming import IncomingFile, disk_errors, let_go_of_the_database, receive
from .models import Recording, Status, Transcript
from .orders import Order
from .repeats import Request, Sending
from .webhooks import outbox

logger = logging.getLogger(__name__)

URL_CONNECT_SECONDS = 10.0
TITLE_LENGTH = 500
NEW = Sending()


def check_room() -> None:
    """Say no before a large body is read.

    Raises:
        QueueFull: when `WHISPERHUB_MAX_QUEUE` transcripts wait already.
    """
    if Transcript.objects.queued().count() >= settings.MAX_QUEUE:
        raise QueueFull(_("The queue is full. Nothing was stored; please send it again in a while."))


def submit(
    file: IncomingFile, wanted: Order, actor: Actor, *, sending: Sending = NEW, recording_id: UUID | None = None
) -> Transcript:
    """Store the media, write Recording and Transcript in one transaction, ring the doorbell after commit.

    A request that comes again (`repeats`) gets its first transcript, and nothing of this file is kept. Of one
    `recording_id` (else a new one) there is only ever one recording.

    Raises:
        BadOptions, EmptyFile, NotAudio, QueueFull, KeyReused, KeyTaken, TooLong, LimitReached: nothing is stored.
    """
    outbox.check_callback(wanted.callback_url, actor)
    request = Request(sending, actor, wanted, content=file.sha256)
    return _joined(request) or _store(file, request, recording_id=recording_id)


def submit_url(url: str, wanted: Order, actor: Actor, *, sending: Sending = NEW) -> Transcript:
    """Fetch the media behind the guard, then do as `submit` does. Only by its key does such a request come again.

    Raises:
        FetchError: refused address, too large, too slow, or an answer other than 2xx.
        EmptyFile, NotAudio, QueueFull, KeyReused, KeyTaken, TooLarge, TooLong, LimitReached: as for `submit`.
    """
    outbox.check_callback(wanted.callback_url, actor)
    request = Request(sending, actor, wanted, content=url)
    if found := _joined(request):
        return found
    check_room()
    bounds = FetchLimits(
        max_bytes=limits.largest_file(actor),
        total_seconds=settings.URL_TIMEOUT,
        connect_seconds=URL_CONNECT_SECONDS,
        allowed_networks=settings.URL_ALLOWED_NETWORKS,
        allowed_ports=settings.URL_ALLOWED_PORTS,
    )
    let_go_of_the_database()
    with open_url(url, bounds) as download:
        incoming = receive(download.filename, download.chunks())
    with incoming:
        return _store(incoming, request, source_url=_without_query(download.final_url))


def retry(transcript: Transcript, actor: Actor) -> bool:
    """Queue what failed or was cancelled again; it goes on after its last window. False: it is neither.

    Raises:
        QueueFull, TooManyOpen: nothing is queued.
    """
    check_room()
    with transaction.atomic():
        limits.reopen(actor)
        return steering.retry(transcript.pk, actor)


def rerun(transcript: Transcript, wanted: Order, actor: Actor) -> Transcript:
    """Transcribe the recording once more, as `wanted`; the transcript that is there stays as it is.

    Raises:
        QueueFull, LimitReached: nothing is queued.
        Refused: the recording, or its audio, has been deleted.
    """
    check_room()
    with transaction.atomic():
        heard = Recording.objects.kept().filter(pk=transcript.recording_id, audio_deleted_at=None)
        recording = heard.select_for_update(of=("self",)).first()
        if recording is None:
            raise Refused(_("There is nothing to be heard any more: the audio of this recording has been deleted."))
        limits.take(actor, wanted.heard_ms(recording.duration_ms))
        again = lifecycle.submit(recording, **wanted.fields)
        audit.record(actor, "transcribe again", again, before=str(transcript.pk))
    return again


def _joined(request: Request) -> Transcript | None:
    """The transcript that this request asks for again, if there is one."""
    found = _wanted_again(request)
    if found is not None:
        tracing.note_transcript(found.pk)
    return found


def _wanted_again(request: Request) -> Transcript | None:
    """The same; from now on this request wants it too."""
    found = repeats.earlier(request)
    if found is not None:
        attendance.join(found.pk, cancels=request.sending.cancels)
        return found
    found = repeats.sent_before(request)
    if found is None or attendance.join(found.pk, cancels=request.sending.cancels):
        return found
    found.refresh_from_db()  # it ended at this moment; what is not done by that is made anew
    return found if found.status == Status.DONE else None


def _store(
    file: IncomingFile, request: Request, *, source_url: str = "", recording_id: UUID | None = None
) -> Transcript:
    check_room()
    media = _probe(file, of_known_length=limits.need_the_length(request.actor))
    duration_ms = None if media.duration is None else round(media.duration * 1000)
    limits.check_stated(duration_ms)
    recording = Recording(
        id=recording_id or uuid4(),
        title=(request.wanted.title or file.original_name or "recording")[:TITLE_LENGTH],
        size_bytes=file.size,
        sha256=file.sha256,
        container=media.container[:40],
        has_video=media.has_video,
        duration_ms=duration_ms,
        source_url=source_url,
        deleted_at=timezone.now() if request.wanted.fleeting else None,
        **request.wanted.expiry(timezone.now()),
        **request.actor.ownership,
    )
    _keep(file, recording)
    try:
        transcript = _write(recording, request)
    except BaseException as error:
        default_storage.delete(str(recording.file.name))
        if isinstance(error, KeyTaken) and (first := _joined(request)):
            return first
        raise
    logger.info("Transcript %s: %s, %d bytes", transcript.pk, media.container, file.size)
    return transcript


def _keep(file: IncomingFile, recording: Recording) -> None:
    """Hand the file to the storage. Raises `DiskFull` or `StorageAway`."""
    with disk_errors():
        try:
            recording.file.save("upload", file, save=False)
        except OSError:
            raise
        except Exception as error:  # each remote storage has errors of its own; all say that nothing was kept
            raise OSError(str(error)) from error


def _write(recording: Recording, request: Request) -> Transcript:
    transcript_id = uuid4()
    with transaction.atomic():
        repeats.claim(request, transcript_id)
        limits.take(request.actor, request.wanted.heard_ms(recording.duration_ms))
        recording.save(force_insert=True)
        tags.start(recording, request.wanted.tags)
        wanted_by = 1 if request.sending.cancels else None
        return lifecycle.submit(recording, id=transcript_id, wanted_by=wanted_by, **request.wanted.fields)


def _probe(file: IncomingFile, *, of_known_length: bool) -> MediaInfo:
    if not file.size:
        raise EmptyFile(_("The file is empty (0 bytes)."))
    try:
        # Without a limit on it the length of a large file can wait until it is heard.
        return probe(file.path, max_scan_bytes=file.size) if of_known_length else probe(file.path)
    except MediaError as error:
        raise NotAudio(str(error)) from error
    except ReaderLost as error:
        raise CannotLook(_("The recording could not be looked at just now. Please send it again.")) from error


def _without_query(url: str) -> str:
    """Signed download links carry their secret in the query, others in front of the host: neither is kept."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:2000]
