"""The limits of the caller's key, before anything of the body is read, and the headers that tell where it stands.

`RateLimit-Limit`, `-Remaining`, `-Reset` and `-Policy` as in draft-ietf-httpapi-ratelimit-headers-06: the last revision
with a field for each figure, which is what the HTTP clients in use read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from transcripts import incoming, limits
from transcripts.errors import TooManyRequests

from .authentication import actor

_RATE = "whisperhub_rate"


class KeyLimits(BaseThrottle):
    """Counts the request for its key, and lets its files be no larger than the key may send."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Always, or it raises.

        Raises:
            TooManyRequests: 429, with when to come back.
        """
        who = actor(request)
        if who is None or who.key is None:
            return True
        incoming.limit_files(request._request, limits.largest_file(who))
        rate = limits.count_request(who.key)
        setattr(request._request, _RATE, rate)
        if rate is not None and not rate.is_admitted:
            words = f"This key may send {rate.limit} requests a minute. Send it again in {rate.reset} seconds."
            raise TooManyRequests(words, retry_after=rate.reset)
        return True


def telling_rates(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: every answer to a key with a rate says what is left of it, a refusal too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        rate: limits.Rate | None = getattr(request, _RATE, None)
        if rate is not None:
            response["RateLimit-Limit"] = str(rate.limit)
            response["RateLimit-Remaining"] = str(rate.remaining)
            response["RateLimit-Reset"] = str(rate.reset)
            response["RateLimit-Policy"] = f"{rate.limit};w={limits.MINUTE_SECONDS}"
        return response

    return respond
