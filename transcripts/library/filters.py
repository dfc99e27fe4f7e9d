"""Which recordings: conditions that all have to be fulfilled, each a set of recordings that an index can find.

SQLite has no idea how many rows an index entry stands for, and picks the wrong index for one of two questions: "the
newest in English" (most are) is answered by walking along the order and looking at each row, "the newest in Norwegian"
by finding the few first. So a condition is put as one or the other (`Condition`), by a look at whether it is rare.
PostgreSQL, which knows its rows, reads both forms as the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from transcripts import tags
from transcripts.access import Actor
from transcripts.models import Recording, Review, Status, Transcript

from .sorting import Sort

# Up to so many are sorted faster than found along the order: some 20 ms either way at 100,000 recordings.
RARE = 4000


@dataclass(frozen=True, slots=True)
class Condition:
    """A set of recordings: rows of any table, of which `column` names the recording."""

    rows: QuerySet[Any]
    column: str = "recording"

    @property
    def is_rare(self) -> bool:
        """At most `RARE`. One query that reads no more than that."""
        return self.rows.order_by()[: RARE + 1].count() <= RARE

    @property
    def found(self) -> Q:
        """Go and get them."""
        return Q(pk__in=self.rows.values(self.column))

    @property
    def asked(self) -> Q:
        """Ask each recording whether it is one of them."""
        return Q(Exists(self.rows.filter(**{self.column: OuterRef("pk")})))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see; empty is everything. `tags` by name, of which a recording has to have all."""

    status: Status | None = None
    language: str = ""
    review: Review | None = None
    owner: int | None = None
    key: int | None = None
    from_trusted_network: bool = False
    tags: Sequence[str] = ()
    since: date | None = None
    until: date | None = None

    def conditions(self, actor: Actor) -> Iterator[Condition]:
        """The conditions, those first that are usually rare. Dates are days of the hub's time zone, both included."""
        known = tags.called(self.tags) if self.tags else {}
        for name in self.tags:
            yield Condition(Recording.tags.through.objects.filter(tag=known.get(name.casefold())))
        for of_transcript in ({"status": self.status}, {"language": self.language}, {"review": self.review}):
            if any(of_transcript.values()):
                yield Condition(Transcript.objects.filter(is_newest=True, **of_transcript))
        for of_recording in ({"owner": self.owner}, {"api_key": self.key}):
            if any(value is not None for value in of_recording.values()):
                yield _recordings(**of_recording)
        if self.from_trusted_network:
            yield _recordings(from_trusted_network=True)
        if period := self.period:
            yield _recordings(**period)
        if not actor.sees_all:
            yield _recordings(**actor.ownership)

    @property
    def period(self) -> dict[str, datetime]:
        """The dates as lookups on a recording."""
        found = {}
        if self.since:
            found["created_at__gte"] = _midnight(self.since)
        if self.until:
            found["created_at__lt"] = _midnight(self.until + timedelta(days=1))
        return found


def narrowed(rows: QuerySet[Recording], filters: Filters, actor: Actor, sort: Sort) -> QuerySet[Recording]:
    """`rows` that fulfil everything, put so that both databases are quick. At most one small query per condition."""
    few_enough = False
    if sort.column == "created_at":  # a period is a stretch of this order
        rows, filters = rows.filter(**filters.period), replace(filters, since=None, until=None)
    for condition in filters.conditions(actor):
        rare = not few_enough and condition.is_rare
        few_enough = few_enough or rare
        rows = rows.filter(condition.found if rare else condition.asked)
    return rows


def _recordings(**fields: Any) -> Condition:
    return Condition(Recording.objects.filter(**fields), column="pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
