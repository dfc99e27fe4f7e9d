"""What a person may do to a transcript: cancel, retry, delete. Each is one verb of another room."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from transcripts import lifecycle, removal

from .permissions import managed_transcript, signed_in


@require_POST
@signed_in
def cancel(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Stop it. What is transcribed already stays."""
    managed_transcript(request, transcript_id)
    if not lifecycle.cancel(transcript_id):
        messages.info(request, "It had ended before it could be cancelled.")
    return redirect("transcript", transcript_id=transcript_id)


@require_POST
@signed_in
def retry(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Queue a failed or cancelled one again."""
    managed_transcript(request, transcript_id)
    if not lifecycle.retry(transcript_id):
        messages.info(request, "It is neither failed nor cancelled, so there is nothing to try again.")
    return redirect("transcript", transcript_id=transcript_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def delete(request: HttpRequest, transcript_id: UUID) -> HttpResponse:
    """Delete the recording with all that was made of it; asks first (by a dialog where scripts run, else by a page)."""
    transcript = managed_transcript(request, transcript_id)
    if request.method != "POST":
        return render(request, "web/delete.html", {"transcript": transcript, "recording": transcript.recording})
    title = transcript.recording.title
    removal.delete_recording(transcript.recording)
    messages.success(request, f"“{title}” is deleted.")
    return redirect("library")
