"""What the views of the native API have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from transcripts.api.permissions import Known, Nobody
from transcripts.api.schema.bodies import Body


class View(APIView):
    """One address. `rules` says for each of its methods who may call it; a method without a rule answers nobody."""

    rules: ClassVar[Mapping[str, type[BasePermission]]] = {}

    def get_permissions(self) -> list[BasePermission]:
        """The rule of the method. Whoever is known may be told that there is no such method."""
        method = (self.request.method or "").upper()
        served = method != "OPTIONS" and hasattr(self, method.lower())
        return [self.rules.get("GET" if method == "HEAD" else method, Nobody if served else Known)()]


def read(request: Request, body: type[Body]) -> dict[str, Any]:
    """The checked fields of a JSON body.

    Raises:
        ValidationError: 400, with every field that is wrong.
    """
    reader: serializers.Serializer[Any] = body(data=request.data)
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)
