"""What has happened to a text: since an edit, by an edit, and to one segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from ..models import Edit, Segment, Transcript


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that came since, in the order of the text, and the indexes of segments that are gone."""

    segments: Sequence[Segment]
    removed: Sequence[int]


@dataclass(slots=True)
class Deed:
    """What one edit did: pairs of (before, after) of a segment, None where there was or is none; `more` are not told.

    The rows come without words.
    """

    pairs: list[tuple[Segment | None, Segment | None]] = field(default_factory=list)
    more: int = 0


def changes_since(transcript: Transcript, edit_number: int) -> Changes:
    """What differs between the text after that edit and now. Two queries."""
    segments = list(transcript.segments.current().filter(edit__number__gt=edit_number))
    replaced = transcript.segments.filter(replaced_by__number__gt=edit_number).order_by()
    current = transcript.segments.current().values("index")
    removed = replaced.exclude(index__in=current).values_list("index", flat=True).distinct()
    return Changes(segments, sorted(removed))


def is_naming(edit: Edit | None) -> bool:
    """Whether it changed nothing but who speaks. `of` should be selected."""
    kinds = (edit.kind, edit.of.kind if edit.of else "") if edit else ()
    return Edit.Kind.SPEAKER in kinds


def versions(transcript: Transcript, index: int) -> list[Segment]:
    """Every wording that a segment ever had, the first first, each with its edit and author. One query."""
    return list(transcript.segments.versions(index).select_related("edit__author", "edit__api_key"))


def deeds(edits: Sequence[Edit], most: int) -> dict[int, Deed]:
    """For each edit, by its pk, at most `most` of the segments that it changed. Two queries, whatever was changed."""
    wrote, replaced = _first_rows(edits, "edit", most), _first_rows(edits, "replaced_by", most)
    found = {}
    for edit in edits:
        after, before = wrote[edit.pk], replaced[edit.pk]
        in_all = max(after.total, before.total)
        indexes = after.rows.keys() | before.rows.keys()
        if in_all > most:  # what is known of one side only may merely not have been fetched of the other
            indexes = after.rows.keys() & before.rows.keys()
        pairs = [(before.rows.get(index), after.rows.get(index)) for index in indexes]
        pairs.sort(key=_place)
        found[edit.pk] = Deed(pairs, more=max(0, in_all - len(pairs)) if in_all > most else 0)
    return found


@dataclass(slots=True)
class _Side:
    rows: dict[int, Segment] = field(default_factory=dict)
    total: int = 0


def _first_rows(edits: Sequence[Edit], by: str, most: int) -> dict[int, _Side]:
    """The first rows of each edit and how many there are, by the edit's pk."""
    rows: QuerySet[Segment] = Segment.objects.filter(**{f"{by}__in": edits}).defer("words", "tokens")
    numbered = rows.annotate(
        place=Window(RowNumber(), partition_by=F(by), order_by=("start_ms", "index")),
        total=Window(Count("pk"), partition_by=F(by)),
    ).filter(place__lte=most)
    sides: dict[int, _Side] = defaultdict(_Side)
    for row in numbered:
        side = sides[getattr(row, f"{by}_id")]
        side.rows[row.index] = row
        side.total = row.total
    return sides


def _place(pair: tuple[Segment | None, Segment | None]) -> tuple[int, int]:
    row = pair[0] or pair[1]
    return row.position if row else (0, 0)
