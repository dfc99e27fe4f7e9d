"""The library: every recording that the reader may see, and the fragment that keeps the list up to date."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from transcripts.access import Actor
from transcripts.courtesy import goes_first
from transcripts.exports import FORMATS
from transcripts.library import Page, page
from transcripts.models import Scope

from . import following, undo, upload_panel
from .asked import Asked
from .filter_bar import Choices, chips
from .pace import pause
from .permissions import signed_in
from .turns import if_it_comes_to_its_turn, in_turn


@require_safe
@signed_in
@goes_first
@in_turn
def library(request: HttpRequest) -> HttpResponse:
    """The list, and beside it the way in. A script that changes filter, order or page is given the list alone."""
    actor, asked = Actor.person(request.user), Asked.of(request.GET)
    choices = Choices.of(actor)
    context = _listed(request, page(actor, asked.filters, asked.sort, asked.after), asked)
    context |= {"choices": choices, "chips": chips(asked, choices)}
    if request.headers.get("HX-Request"):
        answer = render(request, "web/parts/recordings.html", context)
        answer["HX-Push-Url"] = request.path + (f"?{query}" if (query := _address(asked)) else "")
    else:
        answer = render(
            request, "web/library.html", context | upload_panel.context(actor) | {"undo": undo.offered(request)}
        )
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
@signed_in
@goes_first
@if_it_comes_to_its_turn
def live(request: HttpRequest) -> HttpResponse:
    """What changed on this page of the list since it was told of `shown`: rows put in, replaced, taken away."""
    actor, asked = Actor.person(request.user), Asked.of(request.GET)
    try:
        known = following.shown_in(request.GET.get("shown", ""))
    except ValueError as error:
        raise BadRequest(str(error)) from error
    now = page(actor, asked.filters, asked.sort, asked.after)
    changes = following.Changes.between(known, now.rows)
    return render(request, "web/library_live.html", _listed(request, now, asked) | {"changes": changes})


def _listed(request: HttpRequest, now: Page, asked: Asked) -> dict[str, Any]:
    actor = Actor.person(request.user)
    is_open = any(row.is_open for row in now.rows)
    return {
        "page": now,
        "asked": asked,
        "shown": following.shown(now.rows),
        "pause": pause(is_open=is_open),
        "manages_all": actor.may(Scope.MANAGE),
        "edits_all": actor.edits_all,
        "formats": FORMATS.values(),
    }


def _address(asked: Asked) -> str:
    """The query without its empty fields."""
    place = [f"after={asked.after}"] if asked.after else []
    return "&".join(filter(None, [asked.query, *place]))
