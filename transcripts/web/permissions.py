"""Who may open a page: signed-in people, each what `access` grants."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from transcripts import audit
from transcripts.access import Actor
from transcripts.models import Recording, Scope, Transcript

P = ParamSpec("P")


def signed_in(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send everybody else to the login page, in the way that the asker understands: page, fragment or script."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRefresh()
        if wants_json(request):
            return JsonResponse({"detail": _("You are signed out. Sign in and try again.")}, status=401)
        return redirect_to_login(request.get_full_path() if request.method in {"GET", "HEAD"} else "/")

    return guarded


def may_send(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send away who may not bring recordings, before a body is read. Goes inside `signed_in`.

    Raises:
        PermissionDenied: to a browser; a script is told in JSON.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if Actor.person(request.user).may(Scope.TRANSCRIBE):
            return view(request, *args, **kwargs)
        reason = _("Your account may not send recordings. Ask your administrator for the group Uploader.")
        if wants_json(request):
            return JsonResponse({"detail": reason}, status=403)
        raise PermissionDenied(reason)

    return guarded


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, not a browser that shows what it gets."""
    return request.headers.get("Accept", "").startswith("application/json")


def visible_transcript(request: HttpRequest, transcript_id: UUID) -> Transcript:
    """The transcript with its recording, owner and key. Raises Http404 to whoever may not see it.

    Whoever gets it to read is written down as having seen it.
    """
    actor = Actor.person(request.user)
    found = get_object_or_404(
        actor.visible().select_related("recording__owner", "recording__api_key"), pk=transcript_id
    )
    if request.method in {"GET", "HEAD"}:
        audit.saw(actor, found)
    return found


def may_manage(request: HttpRequest, transcript: Transcript) -> bool:
    """Whether the asker may cancel, retry or delete it. At most one query."""
    return Actor.person(request.user).manageable().filter(pk=transcript.pk).exists()


def managed_transcript(request: HttpRequest, transcript_id: UUID) -> Transcript:
    """The transcript, to be changed.

    Raises:
        Http404: to whoever may not see it.
        PermissionDenied: to whoever may see it, but not change it.
    """
    transcript = visible_transcript(request, transcript_id)
    if not may_manage(request, transcript):
        raise PermissionDenied(_("You may read this transcript, but not change it."))
    return transcript


def may_edit(request: HttpRequest, transcript: Transcript) -> bool:
    """Whether the asker may correct its text and comment on it; while it is approved they may but cannot."""
    return Actor.person(request.user).editable().filter(pk=transcript.pk).exists()


def editable_transcript(request: HttpRequest, transcript_id: UUID) -> Transcript:
    """The transcript, to be corrected.

    Raises:
        Http404: to whoever may not see it.
        PermissionDenied: to whoever may see it, but not correct it.
    """
    transcript = visible_transcript(request, transcript_id)
    if not may_edit(request, transcript):
        raise PermissionDenied(_("You may read this transcript, but not correct it."))
    return transcript


def editable_recording(request: HttpRequest, transcript_id: UUID) -> Recording:
    """The recording of a transcript, whose title and tags are to be changed. Raises as `editable_transcript`."""
    return editable_transcript(request, transcript_id).recording
