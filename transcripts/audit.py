"""Writing the audit trail: every face calls `record` for what an administrator may be asked about later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from .access import Actor
from .models import AuditEntry, Transcript

SYSTEM = "WhisperHub"


def record(actor: Actor | None, verb: str, of: Model | None = None, **detail: Any) -> None:
    """`actor` (None: the service itself, e.g. retention) did `verb` to `of`. In the caller's transaction, if any.

    A transcript goes by the name of its recording. `detail` holds JSON values only, and never a secret.
    """
    _entry(actor, verb, of, detail).save(force_insert=True)


def saw(actor: Actor, transcript: Transcript, at: datetime | None = None) -> None:
    """`actor` has been shown something of `transcript`. Written down once an hour at most, however often they look.

    Programs that ask for what they sent themselves are left out: they hold it already, and poll.
    """
    sent_by = transcript.recording
    if sent_by.api_key_id == actor.key.pk if actor.key else actor.user is None and sent_by.from_trusted_network:
        return
    once = f"see {actor.share} {transcript.pk} {at or timezone.now():%Y-%m-%dT%H}"
    # Read first: a write would have every reader wait for the one writer of SQLite.
    if not AuditEntry.objects.filter(once=once).exists():
        entry = _entry(actor, "see", transcript, {})
        entry.once = once
        AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)


def saw_passages(actor: Actor, transcripts: Collection[UUID], at: datetime | None = None) -> None:
    """`actor` was shown passages of these, among what a search found. Written down once a day; not of what is theirs.

    A search follows what is typed: with every letter much the same is shown again.
    """
    if not transcripts or not actor.sees_all:  # whoever does not see all sees nothing but their own
        return
    once = {f"find {actor.share} {key} {at or timezone.now():%Y-%m-%d}": key for key in transcripts}
    known = set(AuditEntry.objects.filter(once__in=once).values_list("once", flat=True))
    new = {key: name for name, key in once.items() if name not in known}
    if new:
        entries = []
        for transcript in actor.seen_of_others().filter(pk__in=new):
            entries.append(_entry(actor, "see", transcript, {"in": "search results"}))
            entries[-1].once = new[transcript.pk]
        AuditEntry.objects.bulk_create(entries, ignore_conflicts=True)


def _entry(actor: Actor | None, verb: str, of: Model | None, detail: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        user=actor.user if actor else None,
        api_key=actor.key if actor else None,
        who=(actor.name if actor else SYSTEM)[:200],
        verb=verb,
        object_kind=of._meta.model_name or "" if of is not None else "",
        object_id=str(of.pk) if of is not None else "",
        object_name=_name(of)[:500] if of is not None else "",
        detail=detail,
    )


def _name(of: Model) -> str:
    return of.recording.title if isinstance(of, Transcript) else str(of)
