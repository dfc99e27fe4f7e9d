"""A transcript as a file."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from transcripts import exporting
from transcripts.access import Actor
from transcripts.errors import BadOptions
from transcripts.exports import FORMATS

from .permissions import signed_in, visible_transcript


@require_safe
@signed_in
def export(request: HttpRequest, transcript_id: UUID, format_name: str) -> HttpResponse:
    """The transcript as it stands, in one of the formats on offer, as the query string wishes it."""
    transcript = visible_transcript(request, transcript_id)
    chosen = FORMATS.get(format_name)
    if chosen is None:
        raise Http404("There is no such format.")
    try:
        wanted = exporting.options(request.GET.dict())
    except BadOptions as error:
        raise BadRequest(str(error)) from error
    return exporting.export(transcript, chosen, Actor.person(request.user), wanted).response
