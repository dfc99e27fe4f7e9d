"""One error shape for the documented endpoints: `{"detail": "…"}`, in words that a client's developer can act on."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from transcripts.refusals import REFUSALS, headers_of, status_of, words_of


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: our own refusals become answers, the rest is DRF's (or a 500, logged by Django)."""
    if isinstance(error, REFUSALS):
        return Response({"detail": words_of(error)}, status=status_of(error), headers=headers_of(error))
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.ValidationError):
        response.data = {"detail": _sentence(error.detail)}
    return response


def _sentence(detail: Any) -> str:
    """DRF's tree of field errors as one line: `url: This field is required.`"""
    if isinstance(detail, dict):
        return " ".join(_of_field(name, _sentence(errors)) for name, errors in detail.items())
    if isinstance(detail, list):
        return " ".join(_sentence(entry) for entry in detail)
    return str(detail)


def _of_field(name: str, words: str) -> str:
    return words if name == api_settings.NON_FIELD_ERRORS_KEY else f"{name}: {words}"
