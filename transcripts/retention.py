"""How long recordings are kept. Rules of the administrator and wishes of the sender: whichever comes first.

Each cause for deleting is a condition on the rows. A recording that meets any of them is due; so the strictest wins
without comparing. What still waits or runs is left until it has ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from . import removal
from .models import Recording, RetentionRule, Review, Transcript

logger = logging.getLogger(__name__)

BATCH = 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Why recordings are due: in words for the audit trail, and as a condition."""

    words: str
    condition: Q


@dataclass(frozen=True, slots=True)
class Due:
    """How many recordings go whole, and of how many more only the audio."""

    recordings: int
    audio: int


def apply(at: datetime | None = None) -> Due:
    """Delete what is due: file, waveform, text, history. One that cannot be deleted is logged and stays due."""
    now = at or timezone.now()
    return Due(
        recordings=_each(_whole(now), Recording.objects.all(), _delete_recording),
        audio=_each(_audio(now), Recording.objects.filter(audio_deleted_at=None), _delete_audio),
    )


def due(at: datetime | None = None, rules: Iterable[RetentionRule] | None = None) -> Due:
    """What `apply` would delete at `at`. With `rules`, what those alone would delete, in force or not."""
    now = at or timezone.now()
    whole = _any(_whole(now) if rules is None else _of_rules(now, rules, "transcript_days"))
    audio = _any(_audio(now) if rules is None else _of_rules(now, rules, "audio_days"))
    return Due(
        recordings=_settled().filter(whole).count(),
        audio=_settled().filter(audio, audio_deleted_at=None).exclude(whole).count(),
    )


def _whole(now: datetime) -> list[Cause]:
    return [
        *_of_rules(now, RetentionRule.objects.in_force(), "transcript_days"),
        Cause("the sender's wish", Q(expires_at__lte=now)),
    ]


def _audio(now: datetime) -> list[Cause]:
    return [
        *_of_rules(now, RetentionRule.objects.in_force(), "audio_days"),
        Cause("the sender's wish", Q(audio_expires_at__lte=now)),
    ]


def _of_rules(now: datetime, rules: Iterable[RetentionRule], which: str) -> list[Cause]:
    """One cause for each of `rules` that has a figure in its field `which`."""
    found = [(rule, getattr(rule, which)) for rule in rules]
    return [
        Cause(f"rule {rule.pk}, {rule}", Q(created_at__lte=now - timedelta(days=days)) & _concerned(rule))
        for rule, days in found
        if days is not None
    ]


def _concerned(rule: RetentionRule) -> Q:
    """Which recordings a rule is about."""
    concerned = Q()
    if rule.api_key_id is not None:
        concerned &= Q(api_key=rule.api_key_id)
    if rule.tag_id is not None:
        tagged = Recording.tags.through.objects.filter(recording=OuterRef("pk"), tag=rule.tag_id)
        concerned &= Q(Exists(tagged))
    if rule.spares_approved:
        concerned &= ~Q(Exists(Transcript.objects.filter(recording=OuterRef("pk"), review=Review.APPROVED)))
    return concerned


def _settled() -> QuerySet[Recording]:
    """Recordings on which nobody waits or works."""
    return Recording.objects.exclude(Exists(Transcript.objects.open().filter(recording=OuterRef("pk"))))


def _any(causes: list[Cause]) -> Q:
    return reduce(or_, (cause.condition for cause in causes), Q(pk__in=[]))


def _each(causes: list[Cause], among: QuerySet[Recording], delete: Callable[[Recording, Cause], bool]) -> int:
    """Delete what is due among these, cause by cause; how many were."""
    count = 0
    for cause in causes:
        for recording in _batches(among.filter(pk__in=_settled().filter(cause.condition).values("pk"))):
            try:
                count += delete(recording, cause)
            except Exception:  # whatever a storage raises: one file must not keep all others for ever
                logger.exception("Recording %s is due (%s), and could not be deleted", recording.pk, cause.words)
    return count


def _batches(rows: QuerySet[Recording]) -> Iterator[Recording]:
    """Row after row by key, a batch at a time: no transaction and no list as long as the archive."""
    last = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _delete_recording(recording: Recording, cause: Cause) -> bool:
    """The file first: if that fails the rows stay, and with them the reason to try again."""
    if recording.file:
        default_storage.delete(str(recording.file.name))
    removal.delete_recording(recording, cause=cause.words)
    return True


def _delete_audio(recording: Recording, cause: Cause) -> bool:
    return removal.delete_audio(recording, cause=cause.words)
