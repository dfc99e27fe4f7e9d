"""Counts and milliseconds in the query of an address, or in a form."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

# Eleven days in milliseconds fit; what no database column holds does not.
_DIGITS = 9


def number(request: HttpRequest, name: str, default: int = 0) -> int:
    """A whole number from 0 on. Raises BadRequest for anything else."""
    return _whole(name, request.GET.get(name, str(default)))


def posted(request: HttpRequest, name: str) -> int:
    """The same of a form, where it may not be left out."""
    return _whole(name, request.POST.get(name, ""))


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BadRequest(_("%(name)s is not a number.") % {"name": name})
    return int(text)


def milliseconds(request: HttpRequest, name: str) -> int | None:
    """Seconds with fraction (`t=12.5`) in milliseconds; None where there is none, or none that makes sense."""
    try:
        seconds = float(request.GET.get(name, ""))
    except ValueError:
        return None
    return int(seconds * 1000) if 0 <= seconds < 10**_DIGITS / 1000 else None
