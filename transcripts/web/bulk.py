"""What a person may do to several recordings at once, and to what is in the bin. Each is one verb, row by row.

What was chosen and may not be changed by this person is left as it is, and so is what there is nothing to do for: the
answer says how many. A script is answered in JSON: `detail` in words, and `undo`, the recordings now in the bin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from transcripts import removal, steering, tags
from transcripts.access import Actor
from transcripts.models import Recording, Transcript

from . import undo
from .permissions import signed_in, wants_json

# Several pages of the list; each is a few queries.
MOST = 500


@require_POST
@signed_in
def tag(request: HttpRequest) -> HttpResponse:
    """Put the tags in `tags`, between commas, on what was chosen."""
    return _with_tags(request, tags.add)


@require_POST
@signed_in
def untag(request: HttpRequest) -> HttpResponse:
    """Take them off."""
    return _with_tags(request, tags.remove)


@require_POST
@signed_in
def retry(request: HttpRequest) -> HttpResponse:
    """Queue again what failed or was cancelled."""
    actor = Actor.person(request.user)
    done = [row for row in _transcripts(request) if steering.retry(row.pk, actor)]
    words = ngettext("%(count)d recording is queued again.", "%(count)d recordings are queued again.", len(done))
    return _answer(request, words, len(done))


@require_POST
@signed_in
def cancel(request: HttpRequest) -> HttpResponse:
    """Stop what waits or runs."""
    actor = Actor.person(request.user)
    done = [row for row in _transcripts(request) if steering.cancel(row.pk, actor)]
    words = ngettext("%(count)d recording is cancelled.", "%(count)d recordings are cancelled.", len(done))
    return _answer(request, words, len(done))


@require_POST
@signed_in
def delete(request: HttpRequest) -> HttpResponse:
    """Into the bin."""
    actor = Actor.person(request.user)
    rows = actor.manageable_recordings().kept().filter(pk__in=chosen(request))
    done = [row.pk for row in rows if removal.discard(row, actor)]
    words = ngettext("%(count)d recording is in the bin.", "%(count)d recordings are in the bin.", len(done))
    return _answer(request, words, len(done), done)


@require_POST
@signed_in
def restore(request: HttpRequest) -> HttpResponse:
    """Out of the bin."""
    actor = Actor.person(request.user)
    done = [row for row in _in_bin(request) if removal.restore(row, actor)]
    words = ngettext("%(count)d recording is restored.", "%(count)d recordings are restored.", len(done))
    return _answer(request, words, len(done))


@require_POST
@signed_in
def erase(request: HttpRequest) -> HttpResponse:
    """Out of the bin, for good; asks first, unless the page has done so."""
    done = list(_in_bin(request))
    if not request.POST.get("sure"):
        return render(request, "web/erase.html", {"rows": done, "next": back(request)})
    for row in done:
        removal.delete_recording(row, Actor.person(request.user))
    words = ngettext(
        "%(count)d recording is deleted for good.", "%(count)d recordings are deleted for good.", len(done)
    )
    return _answer(request, words, len(done))


def chosen(request: HttpRequest) -> list[UUID]:
    """The ids of recordings in the form. Raises BadRequest for none, too many, or what is no id."""
    texts = request.POST.getlist("recording")
    if not 1 <= len(texts) <= MOST:
        raise BadRequest(_("Choose 1 to %(most)d recordings.") % {"most": MOST})
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise BadRequest(_("An id is not one of ours.")) from error


def _with_tags(request: HttpRequest, verb: Callable[[Sequence[Recording], Sequence[str], Actor], None]) -> HttpResponse:
    actor = Actor.person(request.user)
    rows = actor.editable().filter(recording__in=chosen(request), is_newest=True)
    try:
        names = tags.names(request.POST.get("tags", ""))
        if not names:
            return _refuse(request, _("Write a tag first."))
        verb([row.recording for row in rows], names, actor)
    except tags.BadTag as error:
        return _refuse(request, str(error))
    words = ngettext("The tags of %(count)d recording are set.", "The tags of %(count)d recordings are set.", len(rows))
    return _answer(request, words, len(rows))


def _transcripts(request: HttpRequest) -> QuerySet[Transcript]:
    """The newest transcripts of what was chosen, as far as this person may manage them."""
    rows = Actor.person(request.user).manageable()
    return rows.filter(recording__in=chosen(request), is_newest=True)


def _in_bin(request: HttpRequest) -> QuerySet[Recording]:
    rows = Actor.person(request.user).manageable_recordings().deleted()
    return rows.filter(pk__in=chosen(request))


def _answer(request: HttpRequest, words: str, count: int, discarded: Sequence[UUID] = ()) -> HttpResponse:
    said = words % {"count": count}
    if left := len(chosen(request)) - count:
        said = f"{said} " + ngettext(
            "%(left)d was left as it is.", "%(left)d were left as they are.", left
        ) % {"left": left}  # fmt: skip
    if wants_json(request):
        return JsonResponse({"detail": said, "undo": [str(identity) for identity in discarded]})
    if discarded:
        undo.offer(request, said, discarded)
    else:
        messages.success(request, said)
    return redirect(back(request))


def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": reason}, status=400)
    messages.error(request, reason)
    return redirect(back(request))


def back(request: HttpRequest) -> str:
    """The page of ours that the form names; the library without one."""
    wanted = request.POST.get("next", "")
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"
