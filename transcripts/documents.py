"""Rows as the plain document that `exports` writes: the one place where the two meet."""

from __future__ import annotations

from .exports import Document, Line, Provenance, Timed
from .models import Review, Segment, Task, Transcript
from .orders import asked


def document(transcript: Transcript, begin: int = 0, end: int | None = None) -> Document:
    """The transcript at the revision that `transcript` was read at, finished or not; emptied segments are left out.

    Of the others those from the `begin`th on, up to and without the `end`th.

    One query for the segments, one for who approved it; `recording` should be selected.
    """
    recording = transcript.recording
    return Document(
        title=recording.title,
        language=spoken_or_written(transcript),
        duration_ms=recording.duration_ms or transcript.transcribed_ms,
        segments=tuple(_line(segment) for segment in transcript.lines().spoken()[begin:end]),
        provenance=Provenance(
            media_sha256=recording.sha256,
            media_name=recording.title,
            model=transcript.model,
            model_revision=transcript.model_revision,
            parameters=_parameters(transcript),
            edit_revision=transcript.edit_count,
            reviewer=_reviewer(transcript),
            # Not the time of the export: the same transcript gives the same bytes.
            created_at=(transcript.finished_at or transcript.created_at).isoformat(timespec="seconds"),
        ),
    )


def spoken_or_written(transcript: Transcript) -> str:
    """The language of the text: English for a translation, else what was heard or asked for; empty while unknown."""
    if transcript.task == Task.TRANSLATE:
        return "en"
    return transcript.language or transcript.language_requested


def _reviewer(transcript: Transcript) -> str:
    """Who stands by the text; empty unless it is approved as it is."""
    reviewer = transcript.reviewed_by if transcript.review == Review.APPROVED else None
    return (reviewer.get_full_name() or reviewer.get_username()) if reviewer else ""


def _line(segment: Segment) -> Line:
    return Line(
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        text=segment.text,
        speaker=segment.speaker,
        words=tuple(
            Timed(word["word"], word["start_ms"], word["end_ms"], word["probability"]) for word in segment.words
        ),
    )


def _parameters(transcript: Transcript) -> dict[str, object]:
    """All that had a say in what was heard; options that are the engine's own defaults are left out."""
    known = {
        "task": transcript.task,
        "language": transcript.language_requested or "detect",
        "device": transcript.device,
        "compute_type": transcript.compute_type,
    }
    # The glossary with its words: somebody may have changed it since.
    glossary = {name: transcript.options[name] for name in ("glossary",) if name in transcript.options}
    return {name: value for name, value in known.items() if value} | asked(transcript.options) | glossary
