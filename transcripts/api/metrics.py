"""`/metrics`, for Prometheus: with a token of its own, or from trusted networks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from transcripts.client_address import is_trusted
from transcripts.metrics import exposition

from .schema import metrics as schema


class MetricsView(APIView):
    """Neither a key nor a person's session opens it: figures of everybody's work are for whoever runs the hub."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(**schema.METRICS)
    def get(self, request: Request) -> HttpResponse:
        """The hub in numbers, in the text format of Prometheus or in OpenMetrics, as `Accept` says.

        Raises:
            NotFound: no token is set, and the address is not trusted.
            NotAuthenticated: a token is set, and another one or none was sent.
        """
        if not is_trusted(request._request):
            _check_token(request)
        text, content_type = exposition.written(request.headers.get("Accept", ""))
        return HttpResponse(text, content_type=content_type, headers={"Cache-Control": "no-store"})

    def get_authenticate_header(self, request: Request) -> str:
        """Makes a missing token a 401."""
        return 'Bearer realm="metrics"'


def _check_token(request: Request) -> None:
    if not settings.METRICS_TOKEN:
        raise NotFound("Set WHISPERHUB_METRICS_TOKEN to have figures here.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        raise NotAuthenticated("Send the token of WHISPERHUB_METRICS_TOKEN as Authorization: Bearer TOKEN.")
