"""Choosing how a transcript is exported, with a look at what will be in the file before it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from transcripts import exporting
from transcripts.access import Actor
from transcripts.documents import document, spoken_or_written
from transcripts.exports import Document, columns
from transcripts.models import Transcript

from .export_form import ExportForm
from .numbers import number
from .permissions import signed_in, visible_transcript

# Segments in a look: half an hour of speech, cut in a fifth of a second.
SHOWN_SEGMENTS = 400
SHOWN_CHARACTERS = 6000


@dataclass(frozen=True, slots=True)
class Subtitle:
    """One subtitle of the list beside the player."""

    start_ms: int
    lines: tuple[str, ...]
    seconds: float
    characters_per_second: float
    is_fast: bool


@require_safe
@signed_in
def page(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """The form, and beside it the text from the segment `from` on as the file will have it; `download` is the file.

    A script that changes a field is given the look alone.
    """
    transcript = visible_transcript(request, transcript_id)
    form = ExportForm.of(request.GET)
    if form.is_valid() and "download" in request.GET:
        return exporting.export(transcript, form.chosen, Actor.person(request.user), form.options).response
    is_part = "HX-Request" in request.headers
    context = {
        "transcript": transcript,
        "recording": transcript.recording,
        "form": form,
        "text_language": spoken_or_written(transcript),
        **(_look(request, transcript, form) if form.is_valid() else {}),
    }
    answer = render(request, "web/parts/export_look.html" if is_part else "web/export.html", context)
    if is_part and form.is_valid():
        answer["HX-Replace-Url"] = f"{request.path}?{form.query}"
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
@signed_in
def track(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """What the page shows in its player: WebVTT of the part from the segment `from` on. It is a look, not an export.

    Raises BadRequest for what the form would refuse, Http404 for a format without subtitles.
    """
    transcript, form = visible_transcript(request, transcript_id), ExportForm.of(request.GET)
    if not form.is_valid():
        raise BadRequest(" ".join(str(error) for errors in form.errors.values() for error in errors))
    if form.chosen.show is None:
        raise Http404("This format has no subtitles.")
    shown = form.chosen.show(_part(request, transcript), form.options)
    answer = HttpResponse(shown.encode(errors="replace"), content_type="text/vtt; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _part(request: HttpRequest, transcript: Transcript) -> Document:
    begin = number(request, "from")
    return document(transcript, begin, begin + SHOWN_SEGMENTS)


def _look(request: HttpRequest, transcript: Transcript, form: ExportForm) -> dict[str, Any]:
    part, begin = _part(request, transcript), number(request, "from")
    look: dict[str, Any] = {
        "begin": begin,
        "part": part,
        "start_ms": part.segments[0].start_ms if part.segments else 0,
        "end_ms": part.segments[-1].end_ms if part.segments else 0,
        "kept": f"{form.query}&",
        "earlier": max(0, begin - SHOWN_SEGMENTS) if begin else None,
        "later": begin + SHOWN_SEGMENTS if len(part.segments) == SHOWN_SEGMENTS else None,
    }
    if form.chosen.cut is not None:
        subtitles = list(_subtitles(part, form))
        return look | {"subtitles": subtitles, "fast_count": sum(subtitle.is_fast for subtitle in subtitles)}
    return look | {"excerpt": _excerpt(part, form)}


def _excerpt(part: Document, form: ExportForm) -> str:
    """The beginning of the file; nothing of one that is no text."""
    if form.chosen.name == "docx":
        return ""
    return form.chosen.render(part, form.options).decode()[:SHOWN_CHARACTERS]


def _subtitles(part: Document, form: ExportForm) -> Iterator[Subtitle]:
    profile = form.options.profile
    for cue in form.chosen.cut(part, form.options) if form.chosen.cut else ():
        seconds = (cue.end_ms - cue.start_ms) / 1000
        speed = sum(columns(line) for line in cue.lines) / max(seconds, 0.001)
        is_fast = profile is not None and speed > profile.characters_per_second + 0.5
        yield Subtitle(cue.start_ms, cue.lines, seconds, speed, is_fast)
