"""What a page's script sends and gets: one JSON object each way, errors as `{"detail": "…"}`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from transcripts.editing import Conflict
from transcripts.refusals import REFUSALS, headers_of, status_of, words_of

from .segment_rows import segment_row

P = ParamSpec("P")

# What any of our integer columns can hold.
_LARGEST = 2**31 - 1


def answers_json(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Errors of the view as JSON, in the reader's language; a conflict carries the rows as they stand."""

    @wraps(view)
    def answering(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return _problem(404, _("There is no such thing, or it is not yours to see."))
        except PermissionDenied as error:
            return _problem(403, _(str(error) or gettext_noop("You may not do this.")))
        except BadRequest as error:
            return _problem(400, str(error))
        except Conflict as error:
            return _problem(409, _(str(error)), segments=[segment_row(row) for row in error.segments])
        except REFUSALS as error:
            return _problem(status_of(error), words_of(error), headers_of(error))

    return answering


def _problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JsonResponse:
    return JsonResponse({"detail": detail, **more}, status=status, headers=headers)


@dataclass(frozen=True, slots=True)
class Body:
    """The object that was sent, read field by field; each raises BadRequest for what is missing or of another kind."""

    fields: dict[str, Any]

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read it. Raises BadRequest where it is no JSON object."""
        try:
            sent = json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise BadRequest(_("The body is not JSON.")) from error
        if not isinstance(sent, dict):
            raise BadRequest(_("The body is not a JSON object."))
        return cls(sent)

    def text(self, name: str) -> str:
        """Any text."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise BadRequest(_("%(name)s is not a text.") % {"name": name})
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or null to say that there is none."""
        if name in self.fields and self.fields[name] is None:
            return None
        return self.text(name)

    def number(self, name: str) -> int:
        """A count, 0 or more."""
        return _number(name, self.fields.get(name))

    def flag(self, name: str) -> bool:
        """True or false; false if it was left out."""
        value = self.fields.get(name, False)
        if not isinstance(value, bool):
            raise BadRequest(_("%(name)s is neither true nor false.") % {"name": name})
        return value

    def numbers(self, name: str) -> list[int] | None:
        """A list of counts; None if it was left out."""
        if self.fields.get(name) is None:
            return None
        return [_number(name, value) for value in self._list(name)]

    def objects(self, name: str) -> list[Body]:
        """A list of objects."""
        values = self._list(name)
        if not all(isinstance(value, dict) for value in values):
            raise BadRequest(_("%(name)s is not a list of objects.") % {"name": name})
        return [Body(value) for value in values]

    def _list(self, name: str) -> list[Any]:
        values = self.fields.get(name)
        if not isinstance(values, list):
            raise BadRequest(_("%(name)s is not a list.") % {"name": name})
        return values


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise BadRequest(_("%(name)s is not a number that can be.") % {"name": name})
    return value
