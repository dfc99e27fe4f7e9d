"""Finding: words that are rare enough are ranked, words that are everywhere are met from the newest recording on.

Nothing is found before the actor's own view of the hub has been asked: an index knows no permissions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from transcripts import audit
from transcripts.access import Actor
from transcripts.models import Transcript

from . import cursor as cursors
from .cursor import Cursor, Passed, Ranked, UnknownCursor, Walked
from .filters import Filters, searched
from .index import Index, Place, Wanted, index
from .presenting import Group, presented
from .query import parse, words_of
from .results import Page, Total

PAGE_SIZE = 10
# Passages of one transcript on a page when only that one is looked through.
HITS_PAGE_SIZE = 100
# Up to so many passages of the whole hub are all fetched and ranked; beyond, the words are common.
MOST_RANKED = 2000
MOST_COUNTED = 50
_MOST_TITLED = 200
# Common words: transcripts and their passages looked through in one query, and how many queries a search may take.
_WALK_AT_ONCE = 32
_PASSAGES_AT_ONCE = 16_000
_MOST_WALKS = 8


def search(query: str, actor: Actor, filters: Filters | None = None, cursor: str | None = None) -> Page:
    """What `query` finds among the recordings that `actor` may see: titles, and current passages of each.

    `query` is any text: words, "phrases", prefix*, -not, OR. Recordings come the best first, each with some passages;
    with the filter `recording` or `transcript` it is one, with all its passages, page by page. Whose passages are
    shown is in the audit trail.

    Raises:
        UnknownCursor: for a `cursor` that no page had.
    """
    filters = filters or Filters()
    place = cursors.parse(cursor)
    wanted = Wanted(parse(query), words_of(filters.speaker))
    if not wanted.query or (filters.speaker and not wanted.speaker):
        return Page(is_understood=bool(wanted.query))
    finding = _Finding(index(), wanted, searched(actor, filters))
    page = finding.page(place, one=bool(filters.recording or filters.transcript))
    audit.saw_passages(actor, [found.transcript_id for found in page.recordings if found.hits])
    return page


@dataclass(frozen=True, slots=True)
class _Finding:
    """One search: what is wanted, among which transcripts."""

    index: Index
    wanted: Wanted
    rows: QuerySet[Transcript]

    def page(self, place: Cursor | None, *, one: bool) -> Page:
        if one or isinstance(place, Passed):
            return self._in_one(place)
        if isinstance(place, Walked):
            return self._walk(place)
        everywhere = self.index.some(self.wanted, MOST_RANKED)
        if everywhere is not None:
            return self._rank(everywhere, place.skip if place else 0)
        return self._walk(None)

    def _rank(self, everywhere: Sequence[Place], skip: int) -> Page:
        """Recordings whose title fits first, then by the number of passages, then the newest."""
        by_transcript: dict[UUID, list[Place]] = {}
        for found in sorted(everywhere, key=attrgetter("start_ms", "segment_id")):
            by_transcript.setdefault(found.transcript_id, []).append(found)
        permitted = dict(self.rows.filter(pk__in=by_transcript).values_list("pk", "created_at"))
        titled = dict(self._titled(_MOST_TITLED))
        groups = [
            (key not in titled, -len(by_transcript.get(key, ())), -created_at.timestamp(), key)
            for key, created_at in (permitted | titled).items()
        ]
        keys = [key for *_, key in sorted(groups)]
        shown = keys[skip : skip + PAGE_SIZE]
        return Page(
            presented([Group(key, by_transcript.get(key, [])) for key in shown], self.wanted.query),
            Total(sum(len(by_transcript[key]) for key in permitted), len(keys)),
            str(Ranked(skip + PAGE_SIZE)) if len(keys) > skip + PAGE_SIZE else None,
        )

    def _walk(self, place: Walked | None) -> Page:
        """Recordings whose title fits first, on the first page; then the newest."""
        titled = [key for key, _ in self._titled(PAGE_SIZE)]
        groups = list(self._groups(titled)) if place is None else []
        place = place or Walked.start()
        rest = self.rows.filter(segment_count__gt=0).exclude(pk__in=titled).order_by("-created_at", "id")
        for _walk in range(_MOST_WALKS):
            chunk = _chunk(_behind(rest, place)) if len(groups) < PAGE_SIZE else {}
            found = {group.transcript_id: group for group in self._groups(list(chunk)) if group.places}
            for key, created_at in chunk.items():
                if len(groups) == PAGE_SIZE:
                    break
                groups += [found[key]] if key in found else []
                place = Walked(created_at, key)
            if not chunk:
                break
        following = str(place) if _behind(rest, place).exists() else None
        return Page(presented(groups, self.wanted.query), None, following)

    def _in_one(self, place: Cursor | None) -> Page:
        after = place or Passed()
        if not isinstance(after, Passed):
            raise UnknownCursor(_("This page of the search does not exist."))
        key = self.rows.values_list("pk", flat=True).first()
        if key is None:
            return Page()
        found = self.index.within(self.wanted, [key], HITS_PAGE_SIZE + 1, (after.start_ms, after.segment_id))
        shown = found[:HITS_PAGE_SIZE]
        more = len(found) > len(shown)
        total = None if more or place else Total(len(shown), 1 if shown else 0)
        following = str(Passed(shown[-1].start_ms, shown[-1].segment_id)) if more else None
        if not shown:
            return Page()
        return Page(presented([Group(key, shown, is_least=more)], self.wanted.query, all_hits=True), total, following)

    def _titled(self, most: int) -> list[tuple[UUID, datetime]]:
        if self.wanted.speaker:
            return []
        rows = self.index.titled(self.rows, self.wanted.query).order_by("-created_at", "id")
        return list(rows.values_list("pk", "created_at")[:most])

    def _groups(self, keys: Sequence[UUID]) -> Iterator[Group]:
        """The passages of each, up to `MOST_COUNTED`."""
        places = self.index.within(self.wanted, keys, MOST_COUNTED + 1, (-1, -1)) if keys else []
        found = {key: list(group) for key, group in groupby(places, attrgetter("transcript_id"))}
        for key in keys:
            of_it = found.get(key, [])
            yield Group(key, of_it[:MOST_COUNTED], is_least=len(of_it) > MOST_COUNTED)


def _chunk(rows: QuerySet[Transcript]) -> dict[UUID, datetime]:
    """The first of these transcripts that are looked through in one query, and when each was made: at least one."""
    chunk: dict[UUID, datetime] = {}
    passages = 0
    for key, created_at, count in rows.values_list("pk", "created_at", "segment_count")[:_WALK_AT_ONCE]:
        passages += count
        if chunk and passages > _PASSAGES_AT_ONCE:
            break
        chunk[key] = created_at
    return chunk


def _behind(rows: QuerySet[Transcript], place: Walked) -> QuerySet[Transcript]:
    # The first condition lets the index find the place; the second parts rows of the same microsecond.
    return rows.filter(created_at__lte=place.created_at).filter(Q(created_at__lt=place.created_at) | Q(id__gt=place.id))
