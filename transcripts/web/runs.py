"""The runs over one recording: asking for one more, and comparing two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from transcripts import submissions
from transcripts.access import Actor
from transcripts.documents import spoken_or_written
from transcripts.language_names import local_name, local_names
from transcripts.models import Status, Transcript
from transcripts.orders import OPTIONS, order
from transcripts.refusals import REFUSALS
from transcripts.wording import Said, compare

from .numbers import number
from .permissions import managed_transcript, may_manage, signed_in, visible_transcript
from .refusals import refuse
from .upload_panel import models

ROWS_PER_PAGE = 200
_WORD = re.compile(r"\s*\S+")


@require_safe
@signed_in
def comparison(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """This run beside the run `with` (else the newest other one): differing rows, or `all` rows, some at a time."""
    transcript = visible_transcript(request, transcript_id)
    others = [run for run in _finished_runs(request, transcript) if run.pk != transcript.pk]
    other = _chosen(request, others)
    context = {
        "transcript": transcript,
        "recording": transcript.recording,
        "other": other,
        "others": others,
        "may_manage": may_manage(request, transcript),
        **(_compared(request, transcript, other) if other else {}),
    }
    return render(request, "web/comparison.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rerun(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Transcribe the recording again with other options; asks for them first."""
    transcript = managed_transcript(request, transcript_id)
    if request.method != "POST":
        return render(request, "web/rerun.html", _form(transcript))
    try:
        wanted = order({name: request.POST.get(name) for name in ("language", "task", *OPTIONS)})
        again = submissions.rerun(transcript, wanted, Actor.person(request.user))
    except REFUSALS as error:
        return refuse(request, error)
    messages.success(request, _("It is being transcribed again. The text that was there stays as it is."))
    return redirect("transcript", transcript_id=again.pk)


def _finished_runs(request: HttpRequest, transcript: Transcript) -> list[Transcript]:
    runs = Actor.person(request.user).visible().filter(recording=transcript.recording_id, status=Status.DONE)
    return list(runs.order_by("-created_at"))


def _chosen(request: HttpRequest, others: Sequence[Transcript]) -> Transcript | None:
    """Raises Http404 for a run that is not one of these."""
    wanted = request.GET.get("with")
    if not wanted:
        return others[0] if others else None
    found = next((run for run in others if str(run.pk) == wanted), None)
    if found is None:
        raise Http404("There is no such run over this recording.")
    return found


def _compared(request: HttpRequest, transcript: Transcript, other: Transcript) -> dict[str, Any]:
    found = compare(list(_said(transcript)), list(_said(other)))
    begin, whole = number(request, "from"), "all" in request.GET
    rows = found.rows if whole else [row for row in found.rows if not row.is_same]
    heard = max(1, found.same + found.only_left)
    return {
        "found": found,
        "rows": rows[begin : begin + ROWS_PER_PAGE],
        "row_count": len(rows),
        "whole": whole,
        "kept": f"with={other.pk}&all&" if whole else f"with={other.pk}&",
        "agreement": found.same / heard,
        "languages": (spoken_or_written(transcript), spoken_or_written(other)),
        "earlier": max(0, begin - ROWS_PER_PAGE) if begin else None,
        "later": begin + ROWS_PER_PAGE if begin + ROWS_PER_PAGE < len(rows) else None,
    }


def _said(transcript: Transcript) -> Iterator[Said]:
    """Every word of the text as it stands; those of a segment without word times are said evenly in it."""
    rows = transcript.lines().spoken().values_list("start_ms", "end_ms", "text", "words")
    for segment, (start, end, text, words) in enumerate(rows.iterator()):
        if words:
            timed = [(part, word["start_ms"]) for word in words for part in _WORD.findall(word["word"])]
        else:
            parts = _WORD.findall(text)
            timed = [(part, start + (end - start) * number // len(parts)) for number, part in enumerate(parts)]
        yield from (Said(part, spoken_ms, segment) for part, spoken_ms in timed)


def _form(transcript: Transcript) -> dict[str, Any]:
    """What was asked for last time stands in the form."""
    return {
        "transcript": transcript,
        "recording": transcript.recording,
        "languages": local_names(),
        "language": local_name(transcript.language_requested) if transcript.language_requested else "",
        "options": transcript.options,
        **models(),
    }
