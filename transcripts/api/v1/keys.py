"""`/api/v1/keys`: for programs that hand out keys. Needs the scope `manage`."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import keys
from transcripts.api.authentication import acting
from transcripts.api.pagination import Keyset
from transcripts.api.permissions import MayManage
from transcripts.api.schema import keys as schema
from transcripts.api.schema.pages import PageQuery
from transcripts.models import ApiKey, Scope

from .view import View, read, read_query

_NEWEST_FIRST = Keyset("-id")


class KeysView(View):
    """All keys, the revoked too."""

    rules = {"GET": MayManage, "POST": MayManage}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        """Every key, the newest first."""
        return _NEWEST_FIRST.answer(
            ApiKey.objects.all(), read_query(request, PageQuery), lambda row: schema.Key(row).data
        )

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> Response:
        """Make a key."""
        row = ApiKey(**{"scopes": [Scope.TRANSCRIBE.value], **read(request, schema.NewKey)})
        key = keys.make(row, acting(request))
        where = request.build_absolute_uri(reverse("api-key", args=[row.pk]))
        made = schema.MadeKey(row, context={"key": key}).data
        return Response(made, status.HTTP_201_CREATED, headers={"Location": where, "Cache-Control": "no-store"})


class KeyView(View):
    """One of them."""

    rules = {"GET": MayManage, "PATCH": MayManage, "DELETE": MayManage}

    @extend_schema(**schema.GET)
    def get(self, request: Request, key_id: int) -> Response:
        """One key."""
        return Response(schema.Key(get_object_or_404(ApiKey, pk=key_id)).data)

    @extend_schema(**schema.CHANGE)
    def patch(self, request: Request, key_id: int) -> Response:
        """Change its name, scopes, end or limits. They hold from the next request on."""
        row = get_object_or_404(ApiKey, pk=key_id)
        for name, value in read(request, schema.KeyChange).items():
            setattr(row, name, value)
        keys.change(row, acting(request))
        return Response(schema.Key(row).data)

    @extend_schema(**schema.REVOKE)
    def delete(self, request: Request, key_id: int) -> Response:
        """Revoke it. What it sent stays."""
        get_object_or_404(ApiKey, pk=key_id)
        keys.revoke(ApiKey.objects.filter(pk=key_id), acting(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
