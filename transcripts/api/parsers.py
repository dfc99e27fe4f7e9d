"""JSON bodies from anybody."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """As Django REST framework's, and brackets nested deeper than Python can follow are an error of the sender's."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """The parsed body.

        Raises:
            ParseError: 400 for what is no JSON.
        """
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply.") from error
