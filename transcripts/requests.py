"""Every request from its first line to its last: an id that its answer echoes, and one line in the log at its end."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch

from . import tracing
from .client_address import client_address
from .metrics import requests as metrics
from .tracing import Trace

access = logging.getLogger("whisperhub.access")

HEADER = "X-Request-Id"
# Whoever calls us may have an id of its own; anything else could forge lines of the log, or fill it.
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")
LONGEST_PATH = 200
# Asked every few seconds by machines: worth a line only to those who look for it.
PROBES = frozenset({"health", "health-live", "health-ready", "metrics"})


@dataclass(slots=True, kw_only=True)
class Served(Trace):
    """A request and what was answered."""

    method: str
    path: str
    client: str
    started: float
    route: str = ""
    status_code: int = 0

    @property
    def seconds(self) -> float:
        """Since its first line came."""
        return time.monotonic() - self.started


def tracing_requests(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost: whatever is answered carries the id, refusals and our own faults too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        served = Served(
            request_id=request_id(request),
            method=str(request.method),
            path=request.path[:LONGEST_PATH],  # without the query string: clients put keys there
            client=str(client_address(request) or ""),
            started=time.monotonic(),
        )
        tracing.begin(served)
        response = get_response(request)
        response[HEADER] = served.request_id
        served.status_code = response.status_code
        _note_route(served, request.resolver_match)
        return response

    return respond


def request_id(request: HttpRequest) -> str:
    """The one that the client sent, if it is well-formed, or a new one."""
    sent = request.headers.get(HEADER, "")
    return sent if WELL_FORMED.fullmatch(sent) else f"req_{uuid4().hex}"


def _note_route(served: Served, match: ResolverMatch | None) -> None:
    if match is not None:
        served.route = match.view_name or ""
        served.transcript_id = served.transcript_id or str(match.kwargs.get("transcript_id", ""))
        if token := match.kwargs.get("token"):  # of a password link: good until it is used
            served.path = served.path.replace(str(token), "[token]")


@receiver(request_finished)
def _conclude(**kwargs: Any) -> None:
    """The answer is out, to its last byte: a stream's too."""
    served = tracing.current()
    if not isinstance(served, Served):
        return
    seconds = served.seconds
    metrics.observe(served.route, served.status_code, seconds)
    access.log(
        logging.DEBUG if served.route in PROBES else logging.INFO,
        "%s %s %d",
        served.method,
        served.path,
        served.status_code,
        extra={
            "method": served.method,
            "path": served.path,
            "route": served.route,
            "status": served.status_code,
            "duration_ms": round(seconds * 1000, 1),
            "client": served.client,
        },
    )
    tracing.end()
