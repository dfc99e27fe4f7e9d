"""The language of the pages: what the visitor chose, else what their browser asks for. The API speaks English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from rest_framework.views import APIView


class PagesLanguage(LocaleMiddleware):
    """Django's own, except that programs are answered in one language: they compare and log what they are told."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """The route is known now, and whether a page or the API answers."""
        kind = getattr(view, "cls", None)
        if isinstance(kind, type) and issubclass(kind, APIView):
            translation.activate(settings.LANGUAGE_CODE)
