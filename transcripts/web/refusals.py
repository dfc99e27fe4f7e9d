"""What cannot be taken in, as an answer: a sentence for the uploading script, a page for a browser without scripts."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render

from transcripts import fetch, submissions
from transcripts.incoming import TooLarge

from .permissions import wants_json

# The first match counts, so the branches of a tree stand before its root.
_STATUS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (submissions.NotAudio, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (submissions.QueueFull, HTTPStatus.SERVICE_UNAVAILABLE),
    (submissions.Refused, HTTPStatus.BAD_REQUEST),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (fetch.RefusedUrl, HTTPStatus.BAD_REQUEST),
    (fetch.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (fetch.FetchTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (fetch.FetchError, HTTPStatus.BAD_GATEWAY),
    (UnreadablePostError, HTTPStatus.BAD_REQUEST),
)
REFUSALS = tuple(kind for kind, _ in _STATUS)


def refuse(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to a submission that raised one of `REFUSALS`."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse({"detail": str(error)}, status=status)
    else:
        response = render(request, "refused.html", {"reason": str(error)}, status=status)
    if isinstance(error, submissions.QueueFull):
        response["Retry-After"] = str(error.retry_after)
    return response
