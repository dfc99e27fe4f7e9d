"""Whether the hub has a file already: asked by the page while it sends it."""

from __future__ import annotations

import re

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from transcripts.access import Actor

from .json_requests import answers_json
from .permissions import may_send, signed_in

_SHA256 = re.compile(r"[0-9a-f]{64}")
# The newest say enough.
_MOST = 3


@require_safe
@signed_in
@may_send
@answers_json
def known(request: HttpRequest) -> HttpResponse:
    """The recordings of `?sha256=` (hex) that the asker may see, the newest first, each by its title and its page."""
    digest = request.GET.get("sha256", "")
    if not _SHA256.fullmatch(digest):
        raise BadRequest(_("sha256 must have 64 digits of a hexadecimal number."))
    rows = Actor.person(request.user).visible().filter(is_newest=True, recording__sha256=digest)
    found = rows.order_by("-created_at")[:_MOST]
    recordings = [{"title": row.recording.title, "url": reverse("transcript", args=[row.pk])} for row in found]
    return JsonResponse({"recordings": recordings})
