"""The waveform for the player, as bytes that a script draws."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from transcripts.waveform import version, waveform

from .numbers import number
from .permissions import signed_in, visible_transcript

# What a page-wide overview draws, and what a zoomed one may ask for (400 kB: 2.7 hours in full, ten at 200 ms).
OVERVIEW = 2_000
MOST = 200_000


@require_safe
@signed_in
def peaks(request: HttpRequest, transcript_id: UUID) -> HttpResponseBase:
    """200 with int8 pairs (smallest, largest), each for `Peaks-Step` milliseconds; 304 while none were added."""
    shown = visible_transcript(request, transcript_id)
    most = min(max(number(request, "most", OVERVIEW), 1), MOST)
    etag = f'"{version(shown)}-{most}"'
    if request.headers.get("If-None-Match") == etag:
        return _described(HttpResponseNotModified(), etag)
    drawn = waveform(shown, most)
    response = HttpResponse(drawn.pairs, content_type="application/octet-stream")
    response["Peaks-Step"] = str(drawn.step_ms)
    return _described(response, etag)


def _described(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response
