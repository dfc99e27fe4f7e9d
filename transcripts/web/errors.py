"""The pages for what went wrong on our side."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from transcripts.patience import DATABASE_IS_AWAY

RETRY_SECONDS = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: 503 for a database that is away, which passes by itself, and 500 for our faults.

    Rendered without the request: who is signed in would be asked of the database.
    """
    if isinstance(sys.exc_info()[1], DATABASE_IS_AWAY):
        page = get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponse(get_template("500.html").render(), status=500)
