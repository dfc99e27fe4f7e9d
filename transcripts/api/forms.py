"""Multipart forms: which routes take files, and mistakes that are told before the file behind them is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser as FormReader
from django.http.multipartparser import MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser
from rest_framework.request import Request

from transcripts.errors import Refused
from transcripts.incoming import IncomingFile, accept_files

Check = Callable[[QueryDict], object]


class TakesFiles:
    """For a view: its address takes files; all others read past them."""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Before anything can read the body."""
        accept_files(request)
        answer: Request = super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
        return answer


def file_of(request: Request) -> IncomingFile:
    """The file of a form.

    Raises:
        Refused: there is none.
    """
    file = request.FILES.get("file")
    if not isinstance(file, IncomingFile):
        raise Refused(
            "No file was sent. Send multipart/form-data with the file in a part named 'file' that has a filename."
        )
    return file


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
