"""A page of the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from transcripts.access import Actor
from transcripts.models import Attempt, Recording, Transcript

from .filters import Filters, narrowed
from .sorting import Place, Sort

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, each a recording's newest transcript, and where the next ones begin."""

    rows: Sequence[Transcript]
    next: Place | None


def page(actor: Actor, filters: Filters, sort: Sort, after: Place | None = None) -> Page:
    """The rows of this order from its beginning, or behind `after`. The same few queries for any number of rows.

    Their recordings come with owner, key and tags, their attempts with those that still run.
    """
    rows = sort.ordered(narrowed(Recording.objects.kept(), filters, actor, sort))
    if after is not None:
        rows = rows.filter(sort.after(after))
    found = list(rows.select_related("owner", "api_key").prefetch_related("tags")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(_newest(shown), Place.of(shown[-1], sort) if len(found) > PAGE_SIZE else None)


@dataclass(frozen=True, slots=True)
class BinPage:
    """Some of what is in the bin, and where the next ones begin."""

    rows: Sequence[Recording]
    next: Place | None


def bin_page(actor: Actor, after: Place | None = None) -> BinPage:
    """What is in the bin and `actor` may manage, what was deleted last first. One query."""
    rows = Sort.DELETED.ordered(actor.manageable_recordings().deleted())
    if after is not None:
        rows = rows.filter(Sort.DELETED.after(after))
    found = list(rows.select_related("owner", "api_key")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return BinPage(shown, Place.of(shown[-1], Sort.DELETED) if len(found) > PAGE_SIZE else None)


def _newest(recordings: Sequence[Recording]) -> Sequence[Transcript]:
    """The newest transcript of each, in the order of the recordings."""
    running = Prefetch("attempt_log", Attempt.objects.filter(ended_at=None), to_attr="running_attempts")
    rows: QuerySet[Transcript] = Transcript.objects.filter(recording__in=recordings, is_newest=True)
    of = {row.recording_id: row for row in rows.prefetch_related(running)}
    found = []
    for recording in recordings:
        if transcript := of.get(recording.pk):
            transcript.recording = recording
            found.append(transcript)
    return found
