"""One error shape for the documented endpoints: `{"detail": "…"}`, in words that a client's developer can act on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import UnreadablePostError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from transcripts import fetch, submissions
from transcripts.incoming import TooLarge

# The first match counts, so the branches of a tree stand before its root.
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (submissions.NotAudio, status.HTTP_415_UNSUPPORTED_MEDIA_TYPE),
    (submissions.QueueFull, status.HTTP_503_SERVICE_UNAVAILABLE),
    (submissions.Refused, status.HTTP_400_BAD_REQUEST),
    (TooLarge, status.HTTP_413_REQUEST_ENTITY_TOO_LARGE),
    (RequestDataTooBig, status.HTTP_413_REQUEST_ENTITY_TOO_LARGE),
    (fetch.RefusedUrl, status.HTTP_400_BAD_REQUEST),
    (fetch.TooLarge, status.HTTP_413_REQUEST_ENTITY_TOO_LARGE),
    (fetch.FetchTimeout, status.HTTP_504_GATEWAY_TIMEOUT),
    (fetch.FetchError, status.HTTP_502_BAD_GATEWAY),
    (UnreadablePostError, status.HTTP_400_BAD_REQUEST),
    (SuspiciousOperation, status.HTTP_400_BAD_REQUEST),  # too many parts or fields
)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: our own refusals become answers, the rest is DRF's (or a 500, logged by Django)."""
    for kind, code in _STATUS:
        if isinstance(error, kind):
            headers = {"Retry-After": str(error.retry_after)} if isinstance(error, submissions.QueueFull) else None
            return Response({"detail": _words(error)}, status=code, headers=headers)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.ValidationError):
        response.data = {"detail": _sentence(error.detail)}
    return response


def _words(error: Exception) -> str:
    if isinstance(error, RequestDataTooBig):
        return f"What was sent beside the file is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."
    return str(error)


def _sentence(detail: Any) -> str:
    """DRF's tree of field errors as one line: `url: This field is required.`"""
    if isinstance(detail, dict):
        return " ".join(f"{name}: {_sentence(errors)}" for name, errors in detail.items())
    if isinstance(detail, list):
        return " ".join(_sentence(entry) for entry in detail)
    return str(detail)
