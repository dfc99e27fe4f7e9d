"""Resumable uploads from the page: the tus protocol, and the transcript at its end."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from transcripts.access import Actor
from transcripts.refusals import REFUSALS
from transcripts.resumable import finishing, protocol, uploads

from .permissions import may_send, signed_in
from .refusals import refuse
from .upload import accepted

_FACE = protocol.Face(lambda upload_id: reverse("resumable-upload", args=[upload_id]), is_transcribed_unasked=True)


@require_http_methods(["OPTIONS", "POST"])
@signed_in
@may_send
def begin(request: HttpRequest) -> HttpResponse:
    """A new upload, or what this server can do."""
    actor = Actor.person(request.user)
    return protocol.describe(actor) if request.method == "OPTIONS" else protocol.begin(request, actor, _FACE)


@require_http_methods(["OPTIONS", "HEAD", "PATCH", "DELETE", "POST"])
@signed_in
@may_send
def go_on(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """How far it is, more of it, or its end."""
    actor = Actor.person(request.user)
    return protocol.describe(actor) if request.method == "OPTIONS" else protocol.go_on(request, actor, upload_id)


@require_POST
@signed_in
@may_send
def finish(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """All of it is here: transcribe it, as was said when it began. Asked again, it gives the same transcript."""
    actor = Actor.person(request.user)
    try:
        upload = uploads.find(upload_id, actor)
        if upload is None:
            return JsonResponse({"detail": _("There is no such upload, or it is not yours.")}, status=404)
        return accepted(request, finishing.finish(upload, {}, actor))
    except REFUSALS as error:
        return refuse(request, error)
