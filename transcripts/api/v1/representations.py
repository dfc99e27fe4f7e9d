"""Rows as the native API tells them: the documented keys first, and all that is known of a transcript beside."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from transcripts import orders
from transcripts.api.representations import seconds, standing, state, words
from transcripts.exports import FORMATS
from transcripts.models import Recording, Segment, Transcript

# What `transcript` and `entry` read of other tables.
RELATED = ("recording__owner", "recording__api_key")
PREFETCHED = ("recording__tags",)


def transcript(request: Request, row: Transcript, *, include_segments: bool = False) -> dict[str, Any]:
    """One transcript, with its words once it is done."""
    return state(row, include_segments=include_segments) | _about(request, row)


def entry(request: Request, row: Transcript) -> dict[str, Any]:
    """One transcript in a list. No query where `RELATED` and `PREFETCHED` are there."""
    length = row.recording.duration_ms
    heard = {
        "language": row.language or row.language_requested or None,
        "duration": None if length is None else seconds(length, 2),
    }
    return standing(row) | heard | _about(request, row)


def _about(request: Request, row: Transcript) -> dict[str, Any]:
    recording = row.recording
    return {
        "title": recording.title,
        "reference": row.reference,
        "metadata": row.metadata,
        "tags": [tag.name for tag in recording.tags.all()],
        "owner": recording.owner.get_username() if recording.owner else None,
        "key": recording.api_key.prefix if recording.api_key else None,
        "options": {
            "language": row.language_requested or None,
            "task": row.task,
            "priority": row.priority,
            **orders.asked(row.options),
        },
        "model": _model(row) if row.model else None,
        "language_probability": row.language_probability,
        "segment_count": row.segment_count,
        "attempts": row.attempts,
        "review": row.review,
        "edit_count": row.edit_count,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "reviewed_at": row.reviewed_at,
        "recording": _recording(recording),
        "links": _links(request, row),
    }


def _model(row: Transcript) -> dict[str, Any]:
    return {
        "name": row.model,
        "revision": row.model_revision,
        "device": row.device,
        "compute_type": row.compute_type,
    }


def _recording(row: Recording) -> dict[str, Any]:
    return {
        "id": row.pk,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "container": row.container,
        "has_video": row.has_video,
        "source_url": row.source_url or None,
        "expires_at": row.expires_at,
        "audio_expires_at": row.audio_expires_at,
        "audio_deleted_at": row.audio_deleted_at,
    }


def _links(request: Request, row: Transcript) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("api-transcript", args=[row.pk]))
    return {
        "self": address,
        "segments": f"{address}/segments",
        "events": f"{address}/events",
        "exports": {format.name: f"{address}.{format.extension}" for format in FORMATS.values()},
        "page": request.build_absolute_uri(reverse("transcript", args=[row.pk])),
    }


def segment(row: Segment) -> dict[str, Any]:
    """One segment, with the version that a change of it has to name."""
    return {
        "index": row.index,
        "version": row.version,
        "start": seconds(row.start_ms),
        "end": seconds(row.end_ms),
        "text": row.text.strip(),
        "speaker": row.speaker,
        "language": row.language,
        "words": words(row),
        "flags": row.flags,
    }


def version(row: Segment) -> dict[str, Any]:
    """One wording that a segment had. No query where `edit__author` and `edit__api_key` are there."""
    edit = row.edit
    if edit is None:
        return segment(row) | {"kind": "machine", "author": None, "at": None}
    author = edit.author.get_username() if edit.author else edit.api_key.name if edit.api_key else None
    return segment(row) | {"kind": edit.kind, "author": author, "at": edit.created_at}
