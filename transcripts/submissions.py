"""The one way in. Every face (form, documented endpoints, URL) parses and permits, then calls `submit`."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from . import lifecycle
from .access import Actor
from .engine import MediaError, MediaInfo
from .engine.probe import probe
from .errors import EmptyFile, NotAudio, QueueFull
from .fetch import FetchLimits, open_url
from .incoming import IncomingFile, receive
from .models import Recording, Transcript
from .orders import Order

logger = logging.getLogger(__name__)

URL_CONNECT_SECONDS = 10.0
TITLE_LENGTH = 500


def check_room() -> None:
    """Say no before a large body is read.

    Raises:
        QueueFull: when `WHISPERHUB_MAX_QUEUE` transcripts wait already.
    """
    if Transcript.objects.queued().count() >= settings.MAX_QUEUE:
        raise QueueFull("The queue is full. Nothing was stored; please send it again in a while.")


def submit(file: IncomingFile, wanted: Order, actor: Actor, *, source_url: str = "") -> Transcript:
    """Store the media, write Recording and Transcript in one transaction, ring the doorbell after commit.

    Raises:
        EmptyFile, NotAudio, QueueFull: nothing is stored.
    """
    check_room()
    media = _probe(file)
    recording = Recording(
        title=(file.original_name or "recording")[:TITLE_LENGTH],
        size_bytes=file.size,
        sha256=file.sha256,
        container=media.container[:40],
        has_video=media.has_video,
        duration_ms=None if media.duration is None else round(media.duration * 1000),
        source_url=source_url,
        **actor.ownership,
    )
    recording.file.save("upload", file, save=False)
    try:
        with transaction.atomic():
            recording.save(force_insert=True)
            transcript = lifecycle.submit(
                recording,
                language_requested=wanted.language,
                task=wanted.task,
                priority=wanted.priority,
                options=dict(wanted.options),
            )
    except BaseException:
        default_storage.delete(str(recording.file.name))
        raise
    logger.info("Transcript %s: %s, %d bytes", transcript.pk, media.container, file.size)
    return transcript


def submit_url(url: str, wanted: Order, actor: Actor) -> Transcript:
    """Fetch the media behind the guard, then `submit` it.

    Raises:
        FetchError: refused address, too large, too slow, or an answer other than 2xx.
        EmptyFile, NotAudio, QueueFull, TooLarge: as for `submit`.
    """
    check_room()
    limits = FetchLimits(
        max_bytes=settings.MAX_UPLOAD_BYTES,
        total_seconds=settings.URL_TIMEOUT,
        connect_seconds=URL_CONNECT_SECONDS,
        allowed_networks=settings.URL_ALLOWED_NETWORKS,
        allowed_ports=settings.URL_ALLOWED_PORTS,
    )
    with open_url(url, limits) as download:
        incoming = receive(download.filename, download.chunks())
    with incoming:
        return submit(incoming, wanted, actor, source_url=_without_query(download.final_url))


def _probe(file: IncomingFile) -> MediaInfo:
    if not file.size:
        raise EmptyFile("The file is empty (0 bytes).")
    try:
        return probe(file.path)
    except MediaError as error:
        raise NotAudio(str(error)) from error


def _without_query(url: str) -> str:
    """Signed download links carry their secret in the query, others in front of the host: neither is kept."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:2000]
