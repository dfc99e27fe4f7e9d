"""`GET /openapi.json`."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response


class SchemaView(SpectacularJSONAPIView):
    """The same for everybody, and anybody may ask: the second of work that it takes is spent once in a process."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The description, whatever the address asks beside it."""
        return Response(_schema(), headers={"Content-Disposition": 'inline; filename="whisperhub.json"'})


@cache
def _schema() -> dict[str, Any]:
    with override("en"):  # for programs
        generator: Any = SchemaView.generator_class()
        schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return schema
