"""Requests that come again: the second of two gets the transcript of the first instead of another one.

By `Idempotency-Key` this is exact: of any number of requests at once the database lets one make a transcript. Without
such a key it is a courtesy to programs that send a recording again when they lose patience (`_sent_before`).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from .access import Actor
from .errors import BadOptions, KeyReused, KeyTaken
from .models import IdempotencyKey, Recording, Status, Transcript
from .models.idempotency_key import IdempotencyKeyQuerySet
from .models.transcript import OPEN
from .orders import Order

_KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Sending:
    """What a request says of itself: address, Idempotency-Key, whether it is a retry, whether it waits for the words.

    The default says nothing and is never a repetition.

    Raises:
        BadOptions: a key that cannot be.
    """

    route: str = ""
    key: str = ""
    is_retry: bool = False
    waits: bool = False
    cancels: bool = False
    """It waits, and wants nothing any more once it is gone."""

    def __post_init__(self) -> None:
        if self.key and not _KEY.fullmatch(self.key):
            raise BadOptions("Idempotency-Key must have 1 to 255 visible ASCII characters.")


@dataclass(frozen=True, slots=True)
class Request:
    """One order for one content by one sender: what makes two requests the same."""

    sending: Sending
    actor: Actor
    wanted: Order
    content: str
    """SHA-256 of the file, or the address that it comes from."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that has to be the same."""
        parts = [self.sending.route, asdict(self.wanted), self.content]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def earlier(request: Request, at: datetime | None = None) -> Transcript | None:
    """What an earlier request with this Idempotency-Key made, if there is a key and was one.

    Raises:
        KeyReused: it asked for something else.
    """
    if not request.sending.key:
        return None
    kept = _same_key(request).remembered(at).select_related("transcript__recording").first()
    if kept is None:
        return None
    if kept.fingerprint != request.fingerprint:
        raise KeyReused("This Idempotency-Key came before with another file, address or options. Use a new one.")
    return kept.transcript


def sent_before(request: Request, at: datetime | None = None) -> Transcript | None:
    """The transcript of the same file with the same options that this request, without any key, asks for again.

    Only within `WHISPERHUB_JOIN_SECONDS`, and only where the sender cannot tell the difference or wants none:
    - it calls itself a retry: then also what is done by now, whose answer was lost on its way;
    - it waits for the words, and the earlier one is still in the works: both are given the same words. Who does not
      wait is given an id of its own: it may delete that as soon as it has the words.
    Nothing that failed or was cancelled: there a repetition is meant to try again.
    """
    sending = request.sending
    if sending.key or not (sending.is_retry or sending.waits):
        return None
    status = Q(status__in=(*OPEN, Status.DONE) if sending.is_retry else OPEN)
    since = (at or timezone.now()) - timedelta(seconds=settings.JOIN_SECONDS)
    same = Transcript.objects.select_related("recording").filter(
        status,
        created_at__gt=since,
        recording__deleted_at=None,
        recording__sha256=request.content,
        **{f"recording__{name}": value for name, value in request.actor.ownership.items()},
    )
    return next((row for row in same if _is_what(request.wanted, row)), None)


def claim(request: Request, transcript_id: UUID, at: datetime | None = None) -> None:
    """Keep the request's Idempotency-Key, if it has one, for the transcript that is being made.

    Inside the transaction that makes it, before anything else: others with the same key wait here for its end, and are
    free to go on if it is rolled back.

    Raises:
        KeyTaken: another request was first.
    """
    if not request.sending.key:
        return
    _same_key(request).forgotten(at).delete()
    try:
        IdempotencyKey.objects.create(
            sender=request.actor.share,
            key=request.sending.key,
            fingerprint=request.fingerprint,
            transcript_id=transcript_id,
            created_at=at or timezone.now(),
        )
    except IntegrityError as error:
        raise KeyTaken("Another request with this Idempotency-Key is being served. Send it again.") from error


def forget(at: datetime | None = None) -> None:
    """Drop the keys that are no longer remembered."""
    IdempotencyKey.objects.forgotten(at).delete()


def _is_kept_as_long(recording: Recording, wanted: Order) -> bool:
    """Whether its sender wished the same of it: who wants it gone tomorrow must not be joined to what stays."""
    wished = wanted.expiry(recording.created_at)
    return all(
        (kept := getattr(recording, name)) == wish  # both None, or else to the minute: `created_at` is set a bit later
        or (kept is not None and wish is not None and abs(kept - wish) < timedelta(minutes=1))
        for name, wish in wished.items()
    )


def _same_key(request: Request) -> IdempotencyKeyQuerySet:
    return IdempotencyKey.objects.filter(sender=request.actor.share, key=request.sending.key)


def _is_what(wanted: Order, row: Transcript) -> bool:
    """Whether `row` was asked for in the same words. Without a title it is the file's name, whichever."""
    recording = row.recording
    return (
        all(getattr(row, name) == value for name, value in wanted.fields.items())
        and wanted.title in ("", recording.title)
        and {name.casefold() for name in wanted.tags} == {tag.name.casefold() for tag in recording.tags.all()}
        and _is_kept_as_long(recording, wanted)
    )
