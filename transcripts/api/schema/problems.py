"""The one shape of every error, and what each status means where nothing more is to be said."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

# Status: when it is given, and an example of its words.
_COMMON = {
    400: ("Something sent cannot be read or cannot be.", "limit must be a whole number from 1 to 200, not 'many'."),
    401: ("No key, or one that is unknown, revoked or expired.", "The API key is unknown, revoked or expired."),
    403: ("The key or person lacks the scope.", "This API key lacks the scope transcribe."),
    404: ("There is none, or it is not yours to see.", "No such address, or nothing there for you."),
    413: ("Larger or longer than the limit.", "The file is larger than 2048 MB, which is the limit here."),
    415: (
        "A body of a kind that is not taken here; for a file: not audio or video, or without an audio stream.",
        "This file contains no audio.",
    ),
    422: (
        "This Idempotency-Key came before with another request.",
        "This Idempotency-Key came before with another file, address or options. Use a new one.",
    ),
    429: (
        "A limit of the key is reached; `Retry-After` says when to come back.",
        "This key may send 60 requests a minute. Send it again in 12 seconds.",
    ),
    503: (
        "The queue is full; `Retry-After` says when to try again.",
        "The queue is full. Nothing was stored; please send it again in a while.",
    ),
    507: (
        "The disk of the service is full; nothing was stored.",
        "The disk of the service is full. Nothing was stored; please tell the administrator.",
    ),
}


class Problem(serializers.Serializer[Any]):
    """What is wrong, in words."""

    detail = serializers.CharField()


def problem(when: str, example: str = "") -> OpenApiResponse:
    """One error: when it is given and, if its words are worth showing, an example of them."""
    examples = [OpenApiExample("problem", {"detail": example})] if example else []
    return OpenApiResponse(Problem, when, examples=examples)


def problems(*statuses: int) -> dict[int, OpenApiResponse]:
    """The errors that are the same everywhere. Where a key is asked for, it may have reached its limit."""
    limited = (429,) if 401 in statuses else ()
    return {status: problem(*_COMMON[status]) for status in sorted({*statuses, *limited})}
