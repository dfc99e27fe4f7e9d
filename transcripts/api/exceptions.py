"""One shape for every error of the hub's own dialects: `{"detail": "…"}`, in words that a developer can act on."""

from __future__ import annotations

import logging
from typing import Any

from django.core.signals import got_request_exception
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler, set_rollback

from transcripts.patience import DATABASE_IS_AWAY
from transcripts.refusals import REFUSALS, headers_of, status_of, words_of

logger = logging.getLogger(__name__)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: our own refusals become answers, so do DRF's; the rest is our fault."""
    if isinstance(error, REFUSALS):
        return Response({"detail": words_of(error)}, status=status_of(error), headers=headers_of(error))
    response = exception_handler(error, context)
    if response is None:
        return _our_fault(error, context["request"])
    if isinstance(error, exceptions.ValidationError):
        response.data = {"detail": _sentence(error.detail)}
    return response


def _our_fault(error: Exception, request: Request) -> Response:
    """A 500 that a program can read, where Django would answer with a page, or a 503 for what passes by itself.

    Logged as Django would have logged it.
    """
    set_rollback()
    if isinstance(error, DATABASE_IS_AWAY):
        logger.error("The database does not answer: %s", error)
        body = {"detail": "The database does not answer just now. Please send it again in a moment."}
        return Response(body, status=status.HTTP_503_SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
    got_request_exception.send(sender=None, request=request._request)
    logger.error("Internal Server Error: %s", request.path, exc_info=error)
    body = {"detail": "Something broke on our side. It is in the log; please try again."}
    return Response(body, status=status.HTTP_500_INTERNAL_SERVER_ERROR, headers={"Retry-After": "1"})


def _sentence(detail: Any) -> str:
    """DRF's tree of field errors as one line: `url: This field is required.`"""
    if isinstance(detail, dict):
        return " ".join(_of_field(name, _sentence(errors)) for name, errors in detail.items())
    if isinstance(detail, list):
        return " ".join(_sentence(entry) for entry in detail)
    return str(detail)


def _of_field(name: str, words: str) -> str:
    return words if name == api_settings.NON_FIELD_ERRORS_KEY else f"{name}: {words}"
