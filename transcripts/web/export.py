"""A transcript as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from transcripts.documents import document
from transcripts.exports import FORMATS

from .filenames import file_name
from .permissions import signed_in, visible_transcript


@require_safe
@signed_in
def export(request: HttpRequest, transcript_id: UUID, format_name: str) -> HttpResponse:
    """The transcript as it stands, in one of the formats on offer."""
    transcript = visible_transcript(request, transcript_id)
    chosen = FORMATS.get(format_name)
    if chosen is None:
        raise Http404("There is no such format.")
    name = file_name(transcript.recording.title, chosen.extension)
    response = HttpResponse(chosen.render(document(transcript)), content_type=chosen.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
