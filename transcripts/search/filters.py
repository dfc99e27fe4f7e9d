"""Which transcripts are looked through: what the asker may see, narrowed by what they chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from transcripts.access import Actor
from transcripts.models import Recording, Transcript

_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class Filters:
    """Each narrows the search; what is left empty does not.

    Attributes:
        language: code of the language spoken, e.g. `es`.
        since: first day on which the recording came in, in the hub's time zone.
        until: last day, included.
        speaker: words of a speaker's name; passages of others are not found, nor titles.
        tag: name of a tag of the recording, in any case.
        recording: one recording.
        transcript: one transcript, also an older one of its recording.
        review: a value of `Review`.
        uploader: user name of who brought it.
    """

    language: str = ""
    since: date | None = None
    until: date | None = None
    speaker: str = ""
    tag: str = ""
    recording: UUID | None = None
    transcript: UUID | None = None
    review: str = ""
    uploader: str = ""


def searched(actor: Actor, filters: Filters) -> QuerySet[Transcript]:
    """The transcripts that are looked through: of each visible recording the newest that has words."""
    rows = actor.visible().filter(_conditions(filters))
    return rows if filters.transcript else rows.filter(_newest_with_words())


def _conditions(filters: Filters) -> Q:
    wanted = {
        "pk": filters.transcript,
        "recording": filters.recording,
        "language": filters.language,
        "review": filters.review,
        "recording__owner__username": filters.uploader,
        "recording__created_at__gte": filters.since and _at(filters.since, time.min),
        "recording__created_at__lte": filters.until and _at(filters.until, time.max),
    }
    conditions = Q(**{name: value for name, value in wanted.items() if value})
    if filters.tag:
        conditions &= Q(recording__in=_tagged(filters.tag))
    return conditions


def _tagged(tag: str) -> QuerySet[Recording]:
    return Recording.objects.filter(tags__name__iexact=tag)


def _at(day: date, moment: time) -> datetime:
    """In the hub's time zone. A day at the end of the calendar would be none in another zone."""
    return timezone.make_aware(datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), moment))


def _newest_with_words() -> Q:
    """One transcript of each recording: of those with words the newest, or of those without."""
    others = Transcript.objects.filter(recording=OuterRef("recording"))
    newer = Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__lt=OuterRef("id"))
    with_words = Q(segment_count__gt=0)
    return (with_words & ~Exists(others.filter(with_words & newer))) | (
        ~with_words & ~Exists(others.filter(with_words | newer))
    )
