"""The bin: what was deleted and can still be restored, for those who may manage it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transcripts.access import Actor
from transcripts.library import BadPlace, Place, Sort, bin_page

from . import undo
from .permissions import signed_in


@require_safe
@signed_in
def recycled(request: HttpRequest) -> HttpResponse:
    """The list, what was deleted last first."""
    after = request.GET.get("after")
    try:
        place = Place.parse(after, Sort.DELETED) if after else None
    except BadPlace as error:
        raise BadRequest(str(error)) from error
    page = bin_page(Actor.person(request.user), place)
    context = {"page": page, "is_first_page": not after, "days": settings.BIN_DAYS, "undo": undo.offered(request)}
    return render(request, "web/bin.html", context)
