"""Lists page by page without counting: a page begins behind the last row of the one before, wherever that is now."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from rest_framework import exceptions
from rest_framework.response import Response


class Keyset:
    """An order that is total: the last of `fields` is unique among rows that agree in the others.

    A field may begin with `-`, and none may be null. There should be an index that begins with the first.
    """

    def __init__(self, *fields: str) -> None:
        self._order = fields
        self._names = [field.removeprefix("-") for field in fields]

    def answer(self, rows: QuerySet[Any], page: Mapping[str, Any], present: Callable[[Any], Any]) -> Response:
        """The page that `limit` and `cursor` of a `PageQuery` ask for. One query, and what `rows` prefetch.

        Raises:
            ParseError: this list has no such cursor.
        """
        limit = page["limit"]
        if page["cursor"]:
            rows = rows.filter(self._behind(self._values(page["cursor"], rows.model)))
        found = list(rows.order_by(*self._order)[: limit + 1])
        shown = found[:limit]
        following = self._cursor(shown[-1]) if len(found) > limit else None
        return Response({"results": [present(row) for row in shown], "next": following})

    def _behind(self, values: Sequence[Any]) -> Q:
        """Rows after the one with `values`: equal in some first fields, behind it in the next."""
        behind = Q()
        for place, field in enumerate(self._order):
            equal = dict(zip(self._names[:place], values, strict=False))
            behind |= Q(**equal, **{f"{self._names[place]}__{_beyond(field)}": values[place]})
        # Alone this lets an index find the place; the alternatives above part rows that agree in it.
        return Q(**{f"{self._names[0]}__{_beyond(self._order[0])}e": values[0]}) & behind

    def _cursor(self, row: Model) -> str:
        written = [field.value_to_string(row) for field in self._fields(type(row))]
        return urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")

    def _fields(self, model: type[Model]) -> list[Field[Any, Any]]:
        return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in self._names]

    def _values(self, cursor: str, model: type[Model]) -> list[Any]:
        try:
            written = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            return [field.to_python(_text(text)) for field, text in zip(self._fields(model), written, strict=True)]
        except (ValueError, TypeError, ValidationError, RecursionError) as error:
            raise exceptions.ParseError("This cursor is not one of ours, or of another list.") from error


def _beyond(field: str) -> str:
    return "lt" if field.startswith("-") else "gt"


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise TypeError("a cursor holds text")
    return value
