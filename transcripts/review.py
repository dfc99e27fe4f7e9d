"""Whether people stand by a text.

    draft ──▶ in review ──approve──▶ approved
      ▲         │   ▲                   │
      └─────────┘   └──────reopen───────┘

An approved text is locked: `editing` refuses to change it. Whoever may correct a text moves it between draft and
review; to approve and to reopen takes `Actor.may_review`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import audit, events, webhooks
from .access import Actor
from .editing import BadEdit, Conflict, NotEditable
from .models import Event, Review, Status, Transcript

_ARROWS = {
    (Review.DRAFT, Review.IN_REVIEW),
    (Review.IN_REVIEW, Review.DRAFT),
    (Review.IN_REVIEW, Review.APPROVED),
    (Review.APPROVED, Review.IN_REVIEW),
}
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def set_state(transcript_id: UUID, state: Review, *, actor: Actor, edit_count: int | None = None) -> Transcript:
    """Move a text along one of the arrows; the row as it is then. To where it stands already is no move.

    `edit_count`, where it is given, is the last edit that the actor has seen: nobody approves what they have not read.

    Raises:
        PermissionDenied: to approve or reopen without the right to review.
        NotEditable: it is not transcribed to its end, or in the bin.
        Conflict: no arrow leads there from where it stands, or it was edited since.
    """
    with transaction.atomic():
        row = _locked(transcript_id)
        if row.review == state:
            return row
        if (row.review, state) not in _ARROWS:
            raise Conflict(message=gettext_noop("A draft is put in review first; an approved text is reopened first."))
        if Review.APPROVED in (row.review, state) and not actor.may_review():
            raise PermissionDenied(gettext_noop("You may not approve or reopen a text."))
        if edit_count is not None and edit_count != row.edit_count:
            raise Conflict(message=gettext_noop("The text has been changed since you read it."))
        approved = state == Review.APPROVED
        if approved or row.review == Review.APPROVED:
            audit.record(actor, "approve" if approved else "reopen", row, edit_count=row.edit_count)
        by = {"reviewed_by": actor.user, "reviewed_at": timezone.now()} if approved else _NOBODY
        changed = _changed(row, review=state, **by)
        if approved:
            webhooks.note(row.pk, Event.REVIEWED)
        return changed


def assign(transcript_id: UUID, user: User | None, *, actor: Actor) -> Transcript:
    """Say whose turn it is; None is nobody's. Also of an approved text.

    Raises:
        NotEditable: it is not transcribed to its end, or in the bin.
        BadEdit: the person may not see it.
    """
    with transaction.atomic():
        row = _locked(transcript_id)
        if user is not None and not possible_assignees(row).filter(pk=user.pk).exists():
            raise BadEdit(gettext_noop("Nobody of this name may see this transcript."))
        if row.assignee_id == (user.pk if user else None):
            return row
        audit.record(actor, "assign", row, to=user.get_username() if user else None)
        return _changed(row, assignee=user)


def possible_assignees(transcript: Transcript) -> QuerySet[User]:
    """Who may see it, by name."""
    readers = User.objects.with_perm("transcripts.view_transcript", backend=_BACKEND)
    managers = User.objects.with_perm("transcripts.change_transcript", backend=_BACKEND)
    may_see = Q(pk__in=readers.values("pk")) | Q(pk__in=managers.values("pk")) | Q(pk=transcript.recording.owner_id)
    return User.objects.filter(may_see, is_active=True).order_by("username")


_NOBODY: dict[str, Any] = {"reviewed_by": None, "reviewed_at": None}


def _locked(transcript_id: UUID) -> Transcript:
    """The row, which neither an edit nor another review changes meanwhile. Raises `NotEditable`."""
    rows = Transcript.objects.filter(pk=transcript_id, status=Status.DONE, recording__deleted_at=None)
    row = rows.select_for_update(of=("self",), no_key=True).select_related("recording").first()
    if row is None:
        raise NotEditable
    return row


def _changed(row: Transcript, **changes: Any) -> Transcript:
    Transcript.objects.filter(pk=row.pk).update(revision=F("revision") + 1, **changes)
    for name, value in changes.items():
        setattr(row, name, value)
    row.revision += 1
    events.publish(row.pk)
    return row
