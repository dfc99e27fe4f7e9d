"""`/api/v1/uploads`: resumable uploads by tus 1.0. `POST /api/v1/transcripts` makes transcripts of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts.api.authentication import acting
from transcripts.api.permissions import MayTranscribe
from transcripts.api.schema import uploads as schema
from transcripts.resumable import protocol

from .view import View

_FACE = protocol.Face(lambda upload_id: reverse("api-upload", args=[upload_id]))


class _TusView(View):
    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """What this server can do."""
        return protocol.describe(acting(request))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """Every answer names the version, a refusal at the door too."""
        response["Tus-Resumable"] = protocol.VERSION
        return super().finalize_response(request, response, *args, **kwargs)


class UploadsView(_TusView):
    """Where uploads begin."""

    rules = {"POST": MayTranscribe}

    @extend_schema(**schema.BEGIN)
    def post(self, request: Request) -> HttpResponse | Response:
        """Begin a resumable upload (tus 1.0, extensions creation and creation-with-upload)."""
        return protocol.begin(request._request, acting(request), _FACE)


class UploadView(_TusView):
    """One upload. HEAD, which OpenAPI clients seldom know, tells how far it is."""

    rules = {"GET": MayTranscribe, "PATCH": MayTranscribe, "DELETE": MayTranscribe, "POST": MayTranscribe}

    def head(self, request: Request, upload_id: UUID) -> HttpResponse:
        """How far it is."""
        return protocol.go_on(request._request, acting(request), upload_id)

    @extend_schema(**schema.APPEND)
    def patch(self, request: Request, upload_id: UUID) -> HttpResponse:
        """Send the bytes that come next."""
        return protocol.go_on(request._request, acting(request), upload_id)

    @extend_schema(**schema.END)
    def delete(self, request: Request, upload_id: UUID) -> HttpResponse:
        """Give it up; its bytes are deleted."""
        return protocol.go_on(request._request, acting(request), upload_id)

    @extend_schema(**schema.OVERRIDE)
    def post(self, request: Request, upload_id: UUID) -> HttpResponse:
        """The same for clients that can send nothing but POST: `X-HTTP-Method-Override` names HEAD, PATCH or DELETE."""
        return protocol.go_on(request._request, acting(request), upload_id)
