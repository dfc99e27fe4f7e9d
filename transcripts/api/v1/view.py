"""What the views of the native API have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from transcripts import audit
from transcripts.api.authentication import acting
from transcripts.api.permissions import Known, Nobody
from transcripts.api.schema.bodies import Body, Query
from transcripts.models import Transcript


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
    return _checked(body(data=request.data))


def read_query(request: Request, query: type[Query]) -> dict[str, Any]:
    """The checked parameters of the query string. Raises as `read` does."""
    sent, fields = request.query_params, query().fields
    return _checked(query(data={name: _value(sent, name, fields.get(name)) for name in sent}))


def visible(request: Request, transcript_id: UUID) -> Transcript:
    """The transcript, with its recording. Whoever gets it to read is written down as having seen it.

    Raises:
        Http404: there is none, or it is not the asker's to see.
    """
    found: Transcript = get_object_or_404(acting(request).visible(), pk=transcript_id)
    if request.method in {"GET", "HEAD"}:
        audit.saw(acting(request), found)
    return found


def manageable(request: Request, transcript_id: UUID) -> Transcript:
    """The same for who may cancel, retry, change and delete it.

    Raises:
        PermissionDenied: it is the asker's to see, not to manage.
    """
    return _allowed(visible(request, transcript_id), acting(request).manageable(), "manage")


def editable(request: Request, transcript_id: UUID) -> Transcript:
    """The same for who may correct its text. Raises `PermissionDenied` as `manageable` does."""
    return _allowed(visible(request, transcript_id), acting(request).editable(), "correct")


def _allowed(transcript: Transcript, rows: QuerySet[Transcript], verb: str) -> Transcript:
    if not rows.filter(pk=transcript.pk).exists():
        raise PermissionDenied(f"You may see this transcript, but not {verb} it.")
    return transcript


def _value(sent: QueryDict, name: str, field: serializers.Field[Any, Any, Any, Any] | None) -> Any:
    return sent.getlist(name) if isinstance(field, serializers.ListField) else sent[name]


def _checked(reader: serializers.Serializer[Any]) -> dict[str, Any]:
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)
