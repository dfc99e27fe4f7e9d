"""Rows as the documented JSON. Milliseconds become seconds here."""

from __future__ import annotations

from typing import Any

from transcripts.models import Segment, Status, Transcript


def result(transcript: Transcript, *, include_segments: bool) -> dict[str, Any]:
    """Exactly the five documented keys."""
    return {
        "text": transcript.text,
        "language": transcript.language or transcript.language_requested or None,
        "duration": seconds(transcript.recording.duration_ms or transcript.transcribed_ms, 2),
        "processing_time": seconds(transcript.processing_ms, 2),
        "segments": [segment(row) for row in transcript.lines().spoken()] if include_segments else None,
    }


def state(transcript: Transcript, *, include_segments: bool) -> dict[str, Any]:
    """Where it stands; once done, the documented keys beside."""
    done = transcript.status == Status.DONE
    return standing(transcript) | (result(transcript, include_segments=include_segments) if done else {})


def standing(transcript: Transcript) -> dict[str, Any]:
    """The four keys that every transcript has, done or not."""
    return {
        "id": str(transcript.pk),
        "status": transcript.status,
        "progress": round(transcript.progress, 3),
        "error": transcript.error or None,
    }


def segment(row: Segment) -> dict[str, Any]:
    """One segment with its words; all times are seconds."""
    return {
        "id": row.index,
        "start": seconds(row.start_ms),
        "end": seconds(row.end_ms),
        "text": row.text.strip(),
        "words": words(row),
    }


def words(row: Segment) -> list[dict[str, Any]]:
    """The words of one segment."""
    return [
        {
            "word": word["word"].strip(),
            "start": seconds(word["start_ms"]),
            "end": seconds(word["end_ms"]),
            "probability": word["probability"],
        }
        for word in row.words
    ]


def seconds(milliseconds: int, digits: int = 3) -> float:
    """The only way from milliseconds to what programs are told."""
    return round(milliseconds / 1000, digits)
