"""A finished transcript in each `response_format`. Milliseconds become seconds here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse
from rest_framework import status
from rest_framework.response import Response

from transcripts.documents import document, spoken_or_written
from transcripts.exports import FORMATS, ExportOptions
from transcripts.languages import NAMES
from transcripts.models import Segment, Task, Transcript

from .errors import Problem
from .fields import Wanted

# One cue for each segment, at the segment's own times, and nothing beside the text.
SUBTITLES = ExportOptions(profile=None, provenance=False)
# Probabilities are kept with four digits; the logarithm of none at all has no JSON.
_LEAST_PROBABILITY = 1e-4


def answer(transcript: Transcript, wanted: Wanted) -> HttpResponse | Response:
    """The answer to a request that waited."""
    if wanted.response_format in _JSON:
        return Response(_JSON[wanted.response_format](transcript, wanted))
    if wanted.response_format == "text":
        return HttpResponse(f"{transcript.text}\n", content_type="text/plain; charset=utf-8")
    file = FORMATS[wanted.response_format].render(document(transcript), SUBTITLES)
    kind = "text/vtt" if wanted.response_format == "vtt" else "text/plain"
    return HttpResponse(file, content_type=f"{kind}; charset=utf-8")


def _plain(transcript: Transcript, wanted: Wanted) -> dict[str, Any]:
    segments = list(transcript.lines())
    found: dict[str, Any] = {"text": _text(segments)}
    if wanted.with_languages:
        found["languages"] = languages(transcript, segments)
    if wanted.logprobs:
        found["logprobs"] = logprobs(segments)
    return found | _usage(transcript)


def _verbose(transcript: Transcript, wanted: Wanted) -> dict[str, Any]:
    segments = list(transcript.lines())
    language = spoken_or_written(transcript)
    found: dict[str, Any] = {
        "task": transcript.task,
        "language": NAMES.get(language, language),
        "duration": _duration(transcript),
        "text": _text(segments),
    }
    if wanted.with_segments:
        found["segments"] = [decoded(number, segment) for number, segment in enumerate(segments)]
    if "word" in wanted.granularities:
        found["words"] = [_word(word) for segment in segments for word in segment.words]
    return found | _usage(transcript)


def _diarized(transcript: Transcript, wanted: Wanted) -> dict[str, Any]:
    segments = list(transcript.lines())
    if segments and not any(segment.speaker for segment in segments):
        raise Problem(
            status.HTTP_400_BAD_REQUEST,
            "Nobody told the speakers of this recording apart: that takes a stereo file with one speaker per channel.",
            code="invalid_value",
            param="response_format",
        )
    return {
        "task": Task.TRANSCRIBE,
        "duration": _duration(transcript),
        "text": _text(segments),
        "segments": [spoken(segment) for segment in segments],
    } | _usage(transcript)


def spoken(segment: Segment) -> dict[str, Any]:
    """A segment with its speaker; in a stream it is an event."""
    return {
        "type": "transcript.text.segment",
        "id": f"seg_{segment.index}",
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "speaker": segment.speaker,
        "text": segment.text.strip(),
    }


def languages(transcript: Transcript, segments: Iterable[Segment]) -> list[dict[str, str]]:
    """What was heard, the first first; none where nobody spoke."""
    codes = dict.fromkeys(segment.language or transcript.language for segment in segments)
    return [{"code": code} for code in codes if code]


def logprobs(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """One entry for each word: the engine tells how sure it is of words, not of tokens."""
    return [
        {
            "token": word["word"],
            "bytes": list(word["word"].encode()),
            "logprob": math.log(max(word["probability"], _LEAST_PROBABILITY)),
        }
        for segment in segments
        for word in segment.words
    ]


def decoded(number: int, segment: Segment) -> dict[str, Any]:
    """A segment as Whisper itself writes it, all ten fields."""
    return {
        "id": number,
        "seek": segment.seek,
        "start": segment.start_ms / 1000,
        "end": segment.end_ms / 1000,
        "text": segment.text,
        "tokens": segment.tokens,
        "temperature": segment.temperature,
        "avg_logprob": segment.avg_logprob,
        "compression_ratio": segment.compression_ratio,
        "no_speech_prob": segment.no_speech_prob,
    }


def _word(word: dict[str, Any]) -> dict[str, Any]:
    return {"word": word["word"].strip(), "start": word["start_ms"] / 1000, "end": word["end_ms"] / 1000}


def _text(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments).strip()


def _duration(transcript: Transcript) -> float:
    return (transcript.recording.duration_ms or transcript.transcribed_ms) / 1000


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {"usage": {"type": "duration", "seconds": math.ceil(_duration(transcript))}}


_JSON: dict[str, Callable[[Transcript, Wanted], dict[str, Any]]] = {
    "json": _plain,
    "verbose_json": _verbose,
    "diarized_json": _diarized,
}
