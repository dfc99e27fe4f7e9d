"""`/api/v1/glossaries`: names and terms that an upload chooses by name."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import glossaries
from transcripts.api.authentication import acting
from transcripts.api.pagination import Keyset
from transcripts.api.permissions import Known, MayTranscribe
from transcripts.api.schema import glossaries as schema
from transcripts.api.schema.pages import PageQuery
from transcripts.models import Glossary

from .view import View, read, read_query

_BY_NAME = Keyset("name", "id")


class GlossariesView(View):
    """All of them: they are the whole hub's."""

    rules = {"GET": Known, "POST": MayTranscribe}

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        """Every glossary, by name."""
        return _BY_NAME.answer(
            Glossary.objects.all(), read_query(request, PageQuery), lambda row: schema.Glossary(row).data
        )

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> Response:
        """Make a glossary; it is the sender's to change."""
        actor = acting(request)
        if not actor.is_somebody:
            raise PermissionDenied("A glossary belongs to a person or a key, and this request came without one.")
        glossary = Glossary(**read(request, schema.NewGlossary))
        glossaries.save(glossary, actor)
        where = request.build_absolute_uri(reverse("api-glossary", args=[glossary.pk]))
        return Response(schema.Glossary(glossary).data, status.HTTP_201_CREATED, headers={"Location": where})


class GlossaryView(View):
    """One of them."""

    rules = {"GET": Known, "PATCH": Known, "DELETE": Known}

    @extend_schema(**schema.GET)
    def get(self, request: Request, glossary_id: int) -> Response:
        """One glossary."""
        return Response(schema.Glossary(get_object_or_404(Glossary, pk=glossary_id)).data)

    @extend_schema(**schema.CHANGE)
    def patch(self, request: Request, glossary_id: int) -> Response:
        """Change its name or words. Transcripts keep the words that they were told."""
        glossary = _manageable(request, glossary_id)
        for name, value in read(request, schema.GlossaryChange).items():
            setattr(glossary, name, value)
        glossaries.save(glossary, acting(request))
        return Response(schema.Glossary(glossary).data)

    @extend_schema(**schema.DELETE)
    def delete(self, request: Request, glossary_id: int) -> Response:
        """Delete it. Transcripts keep the words that they were told."""
        glossaries.delete(_manageable(request, glossary_id), acting(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _manageable(request: Request, glossary_id: int) -> Glossary:
    """Everybody sees every glossary, so another's is forbidden rather than missing."""
    get_object_or_404(Glossary, pk=glossary_id)
    mine: QuerySet[Glossary] = acting(request).manageable_glossaries()
    glossary = mine.filter(pk=glossary_id).first()
    if glossary is None:
        raise PermissionDenied("This glossary is somebody else's; its maker or whoever manages the hub may change it.")
    return glossary
