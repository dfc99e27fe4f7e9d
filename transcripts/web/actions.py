"""What a person may do to one recording: cancel, retry, rename, delete. Each is one verb of another room."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from transcripts import recordings, removal, steering
from transcripts.access import Actor

from . import undo
from .permissions import editable_recording, managed_transcript, signed_in, wants_json


@require_POST
@signed_in
def cancel(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Stop it. What is transcribed already stays."""
    managed_transcript(request, transcript_id)
    if not steering.cancel(transcript_id, Actor.person(request.user)):
        messages.info(request, _("It had ended before it could be cancelled."))
    return redirect("transcript", transcript_id=transcript_id)


@require_POST
@signed_in
def retry(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Queue a failed or cancelled one again."""
    managed_transcript(request, transcript_id)
    if not steering.retry(transcript_id, Actor.person(request.user)):
        messages.info(
            request, _("It is neither failed nor cancelled, or its audio is deleted: there is nothing to try again.")
        )
    return redirect("transcript", transcript_id=transcript_id)


@require_POST
@signed_in
def rename(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Give the recording the `title` in the form or JSON: 200 with the title as it is kept, or 400 with the reason."""
    recording = editable_recording(request, transcript_id)
    try:
        recordings.rename(recording, _sent_title(request), Actor.person(request.user))
    except recordings.BadTitle as error:
        if wants_json(request):
            return JsonResponse({"detail": str(error)}, status=400)
        messages.error(request, str(error))
    if wants_json(request):
        return JsonResponse({"title": recording.title})
    return redirect("transcript", transcript_id=transcript_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Put the recording into the bin; asks first (by a dialog where scripts run, else by a page)."""
    transcript = managed_transcript(request, transcript_id)
    if request.method != "POST":
        return render(request, "web/delete.html", {"transcript": transcript, "recording": transcript.recording})
    removal.discard(transcript.recording, Actor.person(request.user))
    words = _("“%(title)s” is in the bin.") % {"title": transcript.recording.title}
    undo.offer(request, words, [transcript.recording.pk])
    return redirect("library")


def _sent_title(request: HttpRequest) -> str:
    """`title` of a form or of a JSON object; empty where there is none. Raises BadRequest for what is no JSON."""
    if request.content_type != "application/json":
        return request.POST.get("title", "")
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(_("The body is not JSON.")) from error
    title = sent.get("title") if isinstance(sent, dict) else None
    return title if isinstance(title, str) else ""
