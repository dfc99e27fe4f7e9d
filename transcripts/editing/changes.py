"""What has happened to a text: since an edit, for pages that follow it, and to one segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..models import Segment, Transcript


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that came since, in the order of the text, and the indexes of segments that are gone."""

    segments: Sequence[Segment]
    removed: Sequence[int]


def changes_since(transcript: Transcript, edit_number: int) -> Changes:
    """What differs between the text after that edit and now. Two queries."""
    segments = list(transcript.segments.current().filter(edit__number__gt=edit_number))
    replaced = transcript.segments.filter(replaced_by__number__gt=edit_number).order_by()
    current = transcript.segments.current().values("index")
    removed = replaced.exclude(index__in=current).values_list("index", flat=True).distinct()
    return Changes(segments, sorted(removed))


def versions(transcript: Transcript, index: int) -> list[Segment]:
    """Every wording that a segment ever had, the first first, each with its edit and author. One query."""
    rows = transcript.segments.filter(index=index).select_related("edit__author", "edit__api_key")
    return list(rows.order_by("version"))
