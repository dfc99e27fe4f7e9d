"""The queue: what runs, what waits and when its turn will come, what ended badly; and a way to put it in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from transcripts import steering
from transcripts.access import Actor
from transcripts.models import Priority, Status, Transcript
from transcripts.outlook import outlook

# So many rows of a kind are shown: a thousand would be read by nobody, and asked for every few seconds.
SHOWN = 50
BADLY = (Status.FAILED, Status.CANCELLED)

Verb = Callable[[UUID, Actor], bool]


def _with_priority(priority: Priority) -> Verb:
    return lambda transcript_id, actor: steering.set_priority(transcript_id, priority, actor)


# By the name of the button: what it does, and in words what it has done.
_VERBS: dict[str, tuple[Verb, Any]] = {
    "cancel": (steering.cancel, gettext_lazy("“%(title)s” is cancelled.")),
    "retry": (steering.retry, gettext_lazy("“%(title)s” is queued again.")),
    "interactive": (_with_priority(Priority.INTERACTIVE), gettext_lazy("“%(title)s” waits as interactive work now.")),
    "normal": (_with_priority(Priority.NORMAL), gettext_lazy("“%(title)s” waits as normal work now.")),
    "bulk": (_with_priority(Priority.BULK), gettext_lazy("“%(title)s” waits as bulk work now.")),
}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The page; the script that keeps it up to date is given its lists alone."""
    _demand(request, "view_transcript")
    name = "admin/parts/queue.html" if request.headers.get("HX-Request") else "admin/queue.html"
    return render(request, name, _context(request))


@require_POST
def steer(request: HttpRequest) -> HttpResponse:
    """One verb for one transcript: the name of the button that was pressed, and its value."""
    _demand(request, "change_transcript")
    pressed = next((name for name in _VERBS if name in request.POST), None)
    if pressed is None:
        raise BadRequest("No button was pressed.")
    try:
        transcript_id = UUID(request.POST[pressed])
    except ValueError as error:
        raise BadRequest("That is no id of ours.") from error
    row = get_object_or_404(Transcript.objects.select_related("recording"), pk=transcript_id)
    verb, words = _VERBS[pressed]
    if verb(row.pk, Actor.person(request.user)):
        messages.success(request, words % {"title": row.recording.title})
    else:
        messages.warning(request, _("“%(title)s” is no longer where that could be done.") % {"title": row.recording})
    if request.headers.get("HX-Request"):
        return render(request, "admin/parts/queue.html", _context(request) | {"said": True})
    return redirect("admin:queue")


def _context(request: HttpRequest) -> dict[str, Any]:
    seen = outlook(SHOWN)
    badly = Transcript.objects.filter(
        status__in=BADLY, finished_at__gte=timezone.now() - timedelta(days=1), recording__deleted_at=None
    )
    return {
        **admin.site.each_context(request),
        "title": _("Queue"),
        "outlook": seen,
        "not_shown": seen.count - len(seen.waiting),
        "badly": badly.select_related("recording__owner", "recording__api_key").order_by("-finished_at")[:SHOWN],
        "may_steer": request.user.has_perm("transcripts.change_transcript"),
        "now": timezone.now(),
    }


def _demand(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(f"transcripts.{permission}"):
        raise PermissionDenied
