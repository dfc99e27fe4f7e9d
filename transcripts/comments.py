"""Comments on passages: written, corrected, settled and taken back. The text itself is not touched, approved or not."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import audit, events
from .access import Actor
from .editing import BadEdit, paragraphs
from .models import Comment, Scope, Transcript

LENGTH = 5000


def add(transcript: Transcript, index: int, text: str, *, actor: Actor) -> Comment:
    """A comment on the segment of that index, which must be part of the text now. Raises `BadEdit`."""
    words = _words(text)
    segment = transcript.segments.current().filter(index=index).only("start_ms").first()
    if segment is None:
        raise BadEdit(gettext_noop("There is no such segment."))
    with transaction.atomic():
        comment = Comment.objects.create(
            transcript=transcript,
            index=index,
            start_ms=segment.start_ms,
            author=actor.user,
            api_key=actor.key,
            text=words,
        )
        _tell(transcript.pk)
    return comment


def change(comment: Comment, text: str, *, actor: Actor) -> None:
    """Correct one's own. Raises `BadEdit`, `PermissionDenied`."""
    if not is_own(comment, actor):
        raise PermissionDenied(gettext_noop("Only its author may change a comment."))
    comment.text, comment.edited_at = _words(text), timezone.now()
    _save(comment, "text", "edited_at")


def set_resolved(comment: Comment, resolved: bool, *, actor: Actor) -> None:
    """Settle it, or open it again."""
    if (comment.resolved_at is not None) == resolved:
        return
    comment.resolved_at = timezone.now() if resolved else None
    comment.resolved_by = actor.user if resolved else None
    _save(comment, "resolved_at", "resolved_by")


def delete(comment: Comment, *, actor: Actor) -> None:
    """Take back one's own; who manages the hub may take away any. Raises `PermissionDenied`."""
    if not (is_own(comment, actor) or actor.may(Scope.MANAGE)):
        raise PermissionDenied(gettext_noop("Only its author may delete a comment."))
    with transaction.atomic():
        if not is_own(comment, actor):
            audit.record(actor, "delete comment", comment.transcript, text=comment.text)
        comment.delete()
        _tell(comment.transcript_id)


def is_own(comment: Comment, actor: Actor) -> bool:
    """Whether the actor wrote it. What somebody wrote who is gone is nobody's."""
    if actor.key is not None:
        return comment.api_key_id == actor.key.pk
    return actor.user is not None and comment.author_id == actor.user.pk


def _save(comment: Comment, *fields: str) -> None:
    with transaction.atomic():
        comment.save(update_fields=fields)
        _tell(comment.transcript_id)


def _words(text: str) -> str:
    words = paragraphs(text)
    if not 0 < len(words) <= LENGTH:
        raise BadEdit(gettext_noop("A comment has 1 to 5000 characters."))
    return words


def _tell(transcript_id: UUID) -> None:
    Transcript.objects.filter(pk=transcript_id).update(revision=F("revision") + 1)
    events.publish(transcript_id)
