"""Multipart forms in which a mistake is told before the file behind it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser as FormReader
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

Check = Callable[[QueryDict], object]


class CheckingMultiPartParser(MultiPartParser):
    """Shows the fields before each file to the view's `check_fields`; what that raises ends the reading.

    Most clients write their fields first. What comes after a file the view sees with the rest.
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> DataAndFiles[Any, Any]:
        """The whole form.

        Raises:
            ParseError: not multipart as it should be.
        """
        context = parser_context or {}
        request = context["request"]
        meta = {**request.META, "CONTENT_TYPE": media_type}
        encoding = context.get("encoding", settings.DEFAULT_CHARSET)
        try:
            reader = _Reader(meta, stream, request.upload_handlers, encoding)
            reader.check = context["view"].check_fields
            return DataAndFiles(*reader.parse())
        except MultiPartParserError as error:
            raise ParseError(f"Multipart form parse error: {error}") from error


class _Reader(FormReader):
    check: Check

    def sanitize_file_name(self, file_name: str) -> str | None:
        """Called when a file begins, before anything of it is read."""
        self.check(self._post)  # type: ignore[attr-defined]  # the parent's, since its `parse`
        return super().sanitize_file_name(file_name)
