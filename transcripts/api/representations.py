"""Rows as the documented JSON. Milliseconds become seconds here."""

from __future__ import annotations

from typing import Any

from transcripts.models import Segment, Status, Transcript


def result(transcript: Transcript, *, include_segments: bool) -> dict[str, Any]:
    """Exactly the five documented keys."""
    return {
        "text": transcript.text,
        "language": transcript.language or transcript.language_requested or None,
        "duration": _seconds(transcript.recording.duration_ms or transcript.transcribed_ms, 2),
        "processing_time": _seconds(transcript.processing_ms, 2),
        "segments": [_segment(row) for row in transcript.segments.current().spoken()] if include_segments else None,
    }


def state(transcript: Transcript, *, include_segments: bool) -> dict[str, Any]:
    """Where it stands; once done, the documented keys beside."""
    standing = {
        "id": str(transcript.pk),
        "status": transcript.status,
        "progress": round(transcript.progress, 3),
        "error": transcript.error or None,
    }
    done = transcript.status == Status.DONE
    return standing | (result(transcript, include_segments=include_segments) if done else {})


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.index,
        "start": _seconds(segment.start_ms, 3),
        "end": _seconds(segment.end_ms, 3),
        "text": segment.text.strip(),
        "words": [
            {
                "word": word["word"].strip(),
                "start": _seconds(word["start_ms"], 3),
                "end": _seconds(word["end_ms"], 3),
                "probability": word["probability"],
            }
            for word in segment.words
        ],
    }


def _seconds(milliseconds: int, digits: int) -> float:
    return round(milliseconds / 1000, digits)
