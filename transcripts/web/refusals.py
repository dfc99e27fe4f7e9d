"""What cannot be taken in, as an answer: a sentence for the uploading script, a page for a browser without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from transcripts.refusals import headers_of, status_of, words_of

from .permissions import wants_json


def refuse(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to a submission that raised one of `transcripts.refusals.REFUSALS`."""
    status, reason, headers = status_of(error), words_of(error), headers_of(error)
    if wants_json(request):
        return JsonResponse({"detail": reason}, status=status, headers=headers)
    page = render_to_string("refused.html", {"reason": reason}, request)
    return HttpResponse(page, status=status, headers=headers)
