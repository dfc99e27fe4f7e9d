"""What every page needs to know."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from transcripts.models import Worker


def model_notice(_request: HttpRequest) -> dict[str, Callable[[], str]]:
    """`model_notice`: what the worker wants people to know of its model, e.g. that it is the demo model. Else empty.

    A callable, so that only a template which shows it asks the database.
    """
    return {"model_notice": _note}


def _note() -> str:
    return Worker.objects.alive().exclude(note="").values_list("note", flat=True).first() or ""
