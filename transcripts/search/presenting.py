"""From places in the index to what a person reads: two queries for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from transcripts.models import Recording, Segment, Transcript

from .highlighting import MOST_SHOWN, highlighted, terms_in
from .index import Place
from .query import Query
from .results import Hit, RecordingHits

HITS_SHOWN = 3
# Where a query has alternatives, so many passages of a recording are weighed against each other.
_MOST_WEIGHED = 50
_READ = ("pk", "index", "start_ms", "end_ms", "speaker", "text")


@dataclass(frozen=True, slots=True)
class Group:
    """A transcript and the places in it, in the order of time; `is_least`: there are more."""

    transcript_id: UUID
    places: Sequence[Place]
    is_least: bool = False


def presented(groups: Sequence[Group], query: Query, *, all_hits: bool = False) -> tuple[RecordingHits, ...]:
    """The groups as they are shown, without those that are gone meanwhile."""
    transcripts = Transcript.objects.select_related("recording__owner", "recording__api_key").in_bulk(
        [group.transcript_id for group in groups]
    )
    most = None if all_hits else _MOST_WEIGHED if len(query.alternatives) > 1 else HITS_SHOWN
    wanted = [place.segment_id for group in groups for place in group.places[:most]]
    segments = Segment.objects.current().only(*_READ).in_bulk(wanted)
    return tuple(
        _presented(
            group,
            transcripts[group.transcript_id],
            [segments[place.segment_id] for place in group.places[:most] if place.segment_id in segments],
            query,
            None if all_hits else HITS_SHOWN,
        )
        for group in groups
        if group.transcript_id in transcripts
    )


def _presented(
    group: Group, transcript: Transcript, segments: Sequence[Segment], query: Query, most: int | None
) -> RecordingHits:
    recording = transcript.recording
    return RecordingHits(
        recording_id=recording.pk,
        transcript_id=transcript.pk,
        title=highlighted(recording.title, query),
        created_at=recording.created_at,
        duration_ms=recording.duration_ms,
        language=transcript.language or transcript.language_requested,
        uploader=_uploader(recording),
        hits=tuple(_hit(segment, query) for segment in _best(segments, query, most)),
        count=len(group.places),
        is_least=group.is_least,
    )


def _best(segments: Sequence[Segment], query: Query, most: int | None) -> Sequence[Segment]:
    """Those that hold the most of the terms, in the order of their time."""
    if most is None or len(segments) <= most:
        return segments
    ranked = sorted(range(len(segments)), key=lambda i: (-terms_in(segments[i].text, query), i))
    return [segments[i] for i in sorted(ranked[:most])]


def _hit(segment: Segment, query: Query) -> Hit:
    return Hit(
        segment=segment.index,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        speaker=segment.speaker,
        fragments=highlighted(segment.text.strip(), query, MOST_SHOWN),
    )


def _uploader(recording: Recording) -> str:
    """Who brought it; empty for a program of a trusted network."""
    if recording.owner is not None:
        return recording.owner.get_full_name() or recording.owner.get_username()
    return recording.api_key.name if recording.api_key is not None else ""
