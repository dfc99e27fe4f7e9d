"""The library's rows: one per recording, newest first, page by page without counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef, Q, QuerySet

from transcripts.access import Actor
from transcripts.models import Transcript

PAGE_SIZE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: the row that stands there, by its creation and its id."""

    created_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{(self.created_at - _EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def of(cls, transcript: Transcript) -> Self:
        """Where `transcript` stands."""
        return cls(transcript.created_at, transcript.pk)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reverse of `str`. Raises BadRequest for anything else."""
        microseconds, _, identity = text.partition("-")
        try:
            return cls(_EPOCH + timedelta(microseconds=int(microseconds)), UUID(hex=identity))
        except (ValueError, OverflowError) as error:
            raise BadRequest("This page of the list does not exist.") from error


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and where the next ones begin."""

    rows: Sequence[Transcript]
    older: Cursor | None

    @property
    def newest(self) -> Cursor | None:
        """Where the first row stands; None on an empty page."""
        return Cursor.of(self.rows[0]) if self.rows else None


def page(actor: Actor, before: Cursor | None) -> Page:
    """The newest rows, or those that follow `before`. One query."""
    rows = _listed(actor)
    if before is not None:
        # The first condition alone lets the index find the place; the second parts rows of the same microsecond.
        rows = rows.filter(Q(created_at__lt=before.created_at) | Q(id__gt=before.id), created_at__lte=before.created_at)
    found = list(rows[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, Cursor.of(shown[-1]) if len(found) > PAGE_SIZE else None)


def arrived(actor: Actor, since: Cursor | None) -> list[Transcript]:
    """Rows newer than `since` (all if None), at most a page of them. One query."""
    rows = _listed(actor)
    if since is not None:
        rows = rows.filter(Q(created_at__gt=since.created_at) | Q(id__lt=since.id), created_at__gte=since.created_at)
    return list(rows[:PAGE_SIZE])


def standing(actor: Actor, ids: Sequence[UUID]) -> list[Transcript]:
    """These rows as they are now, without those that are gone. One query."""
    return list(_listed(actor).filter(pk__in=ids)) if ids else []


def _listed(actor: Actor) -> QuerySet[Transcript]:
    newer = Transcript.objects.filter(recording=OuterRef("recording")).filter(
        Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__lt=OuterRef("id"))
    )
    rows = actor.visible().filter(~Exists(newer)).select_related("recording__owner", "recording__api_key")
    return rows.order_by("-created_at", "id")
