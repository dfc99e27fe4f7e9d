"""The parameters of the documented endpoints, read from the query string or, as people also send them, the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.http import QueryDict
from rest_framework.request import Request

from transcripts.orders import LISTS, Order, boolean, order
from transcripts.repeats import Sending


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the caller wants, and how much of it in the answer."""

    wanted: Order
    include_segments: bool
    cancel_on_disconnect: bool

    @classmethod
    def of_query(cls, request: Request) -> Self:
        """Read the query string only: a mistake there is told before a large body is read. Raises as `_read` does."""
        return cls._read(values_of(request.query_params))

    @classmethod
    def of_request(cls, request: Request) -> Self:
        """Read form or JSON fields too; the query string wins. Raises as `_read` does."""
        return cls._read({**values_of(request.data), **values_of(request.query_params)})

    @classmethod
    def _read(cls, given: Mapping[str, object]) -> Self:
        """Check `given`.

        Raises:
            BadOptions: a value that cannot be.
        """
        flags = (boolean(name, given.get(name) or "") for name in ("include_segments", "cancel_on_disconnect"))
        return cls(order(given), *flags)


def values_of(sent: object) -> dict[str, Any]:
    """A query, a form or a JSON object as names and values. Of a name that is given twice, lists have all values."""
    if isinstance(sent, QueryDict):
        return {name: sent.getlist(name) if name in LISTS else sent[name] for name in sent}
    return dict(sent) if isinstance(sent, Mapping) else {}


def prefers_async(request: Request) -> bool:
    """`Prefer: respond-async` (RFC 7240): answer at once, the client will ask later."""
    preferences = [entry.split(";")[0].strip().lower() for entry in request.headers.get("Prefer", "").split(",")]
    return "respond-async" in preferences


def sending(request: Request, *, cancels: bool = False) -> Sending:
    """What a request's headers say of whether it came before. Raises `BadOptions` for a key that cannot be."""
    waits = not prefers_async(request)
    return Sending(
        route=request.path,
        key=request.headers.get("Idempotency-Key", ""),
        is_retry=request.headers.get("X-Stainless-Retry-Count", "0").strip() not in ("", "0"),
        waits=waits,
        cancels=waits and cancels,
    )
