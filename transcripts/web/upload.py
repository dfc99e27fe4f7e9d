"""Recordings on their way in from the page: files, or a link to one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from transcripts import submissions
from transcripts.access import Actor
from transcripts.errors import Refused
from transcripts.incoming import IncomingFile, accept_files
from transcripts.models import Transcript
from transcripts.orders import Order, order
from transcripts.refusals import REFUSALS, words_of

from . import upload_panel
from .permissions import may_send, signed_in, wants_json
from .refusals import refuse


@csrf_exempt  # `_receive` checks it: the middleware would read the body where nobody could answer 413
@require_POST
@signed_in
@may_send
def upload(request: HttpRequest) -> HttpResponse:
    """One file for a script (201, or the reason why not), any number for a plain form."""
    try:
        submissions.check_room()
        accept_files(request)
        return _receive(request)
    except REFUSALS as error:
        return refuse(request, error)


@require_POST
@signed_in
@may_send
def upload_url(request: HttpRequest) -> HttpResponse:
    """Fetch a recording from an address."""
    try:
        url = request.POST.get("url", "").strip()
        transcript = submissions.submit_url(url, _order(request), Actor.person(request.user))
    except REFUSALS as error:
        return refuse(request, error)
    return accepted(request, transcript)


@csrf_protect
def _receive(request: HttpRequest) -> HttpResponse:
    files = [file for file in request.FILES.getlist("file") if isinstance(file, IncomingFile)]
    wanted, actor = _order(request), Actor.person(request.user)
    if not files:
        raise Refused(_("No file was chosen."))
    if len(files) == 1 or wants_json(request):
        return accepted(request, submissions.submit(files[0], wanted, actor))
    for file in files:
        _submit_one_of_many(request, file, wanted, actor)
    return redirect("library")


def _submit_one_of_many(request: HttpRequest, file: IncomingFile, wanted: Order, actor: Actor) -> None:
    """A file that cannot be taken does not keep the others out."""
    try:
        transcript = submissions.submit(file, wanted, actor)
    except REFUSALS as error:
        messages.error(request, f"{file.original_name}: {words_of(error)}")
    else:
        messages.success(request, _("%(title)s is in the queue.") % {"title": transcript.recording.title})


def _order(request: HttpRequest) -> Order:
    return order({name: request.POST.get(name) for name in upload_panel.OPTIONS})


def accepted(request: HttpRequest, transcript: Transcript) -> HttpResponse:
    """The answer to what was taken in: to a script in JSON, to a browser the transcript's page."""
    if not wants_json(request):
        return redirect("transcript", transcript_id=transcript.pk)
    body = {
        "id": str(transcript.pk),
        "title": transcript.recording.title,
        "url": reverse("transcript", args=[transcript.pk]),
    }
    return JsonResponse(body, status=201)
