"""The library: every recording that the actor may see, and the fragment that keeps the page up to date."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transcripts import languages
from transcripts.access import Actor
from transcripts.models import Worker

from . import listing
from .listing import Cursor
from .permissions import signed_in


@require_safe
@signed_in
def library(request: HttpRequest) -> HttpResponse:
    """The list, newest first, with the upload panel beside it."""
    before = request.GET.get("before")
    page = listing.page(Actor.person(request.user), Cursor.parse(before) if before else None)
    context = {
        "page": page,
        "is_first_page": not before,
        "open": [row for row in page.rows if row.is_open],
        "newest": page.newest or "",
        "languages": sorted(name.title() for name in languages.NAMES.values()),
        "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
        "can_translate": can_translate(),
    }
    return render(request, "web/library.html", context)


@require_safe
@signed_in
def live(request: HttpRequest) -> HttpResponse:
    """One fragment for the whole list: rows that were open as they are now, and rows that came since `newest`.

    `newest` is left out by pages other than the first, which take in no new rows.
    """
    actor = Actor.person(request.user)
    followed, newest = _followed(request), request.GET.get("newest")
    changed = listing.standing(actor, followed)
    arrived = [] if newest is None else listing.arrived(actor, Cursor.parse(newest) if newest else None)
    standing = {row.pk for row in changed}
    context = {
        "changed": changed,
        "arrived": arrived,
        "gone": [identity for identity in followed if identity not in standing],
        "open": [row for row in (*arrived, *changed) if row.is_open],
        "settled": [row for row in changed if not row.is_open],
        "is_first_page": newest is not None,
        "newest": Cursor.of(arrived[0]) if arrived else newest,
    }
    return render(request, "web/library_live.html", context)


def _followed(request: HttpRequest) -> list[UUID]:
    """The ids in `open`, a page and its newcomers at most. Raises BadRequest for what is no id."""
    texts = [text for text in request.GET.get("open", "").split(",") if text]
    try:
        return [UUID(text) for text in texts[: 4 * listing.PAGE_SIZE]]
    except ValueError as error:
        raise BadRequest("An id is not one of ours.") from error


def can_translate() -> bool:
    """False only if workers are there and none can; while none is there nobody knows."""
    able = list(Worker.objects.alive().values_list("can_translate", flat=True))
    return not able or any(able)
