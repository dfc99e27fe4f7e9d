"""What an actor can undo and redo on a transcript: their own edits, the last first. Read from the rows, kept nowhere.

An undo or redo names the edit that it is `of`. An edit is undone while the latest of those is an undo; a new edit by
the same actor forgets what they could have redone.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from ..access import Actor
from ..models import Edit, Transcript

_BACK_AND_FORTH = (Edit.Kind.UNDO, Edit.Kind.REDO)


def to_undo(transcript: Transcript, actor: Actor) -> Edit | None:
    """Their last edit that stands. One query."""
    later = Edit.objects.filter(of=OuterRef("of"), number__gt=OuterRef("number"))
    undone = Edit.objects.filter(of=OuterRef("pk"), kind=Edit.Kind.UNDO).filter(~Exists(later))
    return _own(transcript, actor).exclude(kind__in=_BACK_AND_FORTH).filter(~Exists(undone)).last()


def to_redo(transcript: Transcript, actor: Actor) -> Edit | None:
    """What they undid last and did not redo, unless they have changed something since. One query."""
    later = Edit.objects.filter(of=OuterRef("of"), number__gt=OuterRef("number"))
    newer = _own(transcript, actor).exclude(kind__in=_BACK_AND_FORTH).filter(number__gt=OuterRef("number"))
    undos = _own(transcript, actor).filter(kind=Edit.Kind.UNDO).filter(~Exists(later), ~Exists(newer))
    undo = undos.select_related("of").last()
    return undo.of if undo else None


def last_word_on(edit: Edit) -> Edit:
    """The edit itself, or the latest undo or redo of it: whose rows stand now."""
    return edit.undone_or_redone.order_by("number").last() or edit


def _own(transcript: Transcript, actor: Actor) -> QuerySet[Edit]:
    return transcript.edits.filter(author=actor.user, api_key=actor.key).order_by("number")
