"""`/api/v1/transcripts`: made, listed, read, described anew, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import audit, labelling, removal
from transcripts.api.authentication import acting
from transcripts.api.forms import TakesFiles
from transcripts.api.pagination import Keyset
from transcripts.api.parameters import Parameters
from transcripts.api.permissions import Known, MayTranscribe
from transcripts.api.schema import transcripts as schema
from transcripts.models import Recording, Transcript

from . import creation, exports, representations
from .view import View, manageable, read, read_query, visible

_NEWEST = Keyset("-created_at", "id")


class TranscriptsView(TakesFiles, View):
    """Those that the asker may see."""

    rules = {"GET": Known, "POST": MayTranscribe}
    parser_classes = creation.PARSERS

    def check_fields(self, form: QueryDict) -> None:
        """What is known of a form when its file begins."""
        creation.order_of_form(form)

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        """The newest first."""
        query = read_query(request, schema.ListQuery)
        rows = narrowed(acting(request).visible(), query)
        rows = rows.select_related(*representations.RELATED).prefetch_related(*representations.PREFETCHED)
        return _NEWEST.answer(rows, query, lambda row: representations.entry(request, row))

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> Response:
        """Send a recording, or the address of one."""
        query = read_query(request, schema.CreateQuery)
        seconds, cancels = query["wait"], query["cancel_on_disconnect"] and query["wait"] > 0
        made = creation.create(request, cancels=cancels)
        row = creation.waited_for(request, made, seconds, cancels=cancels)
        if row is None:
            return Response({"detail": "The recording was deleted while it waited."}, status=status.HTTP_410_GONE)
        body = representations.transcript(request, row)
        return Response(body, status.HTTP_201_CREATED, headers={"Location": body["links"]["self"]})


class TranscriptView(View):
    """One transcript."""

    rules = {"GET": Known, "PATCH": Known, "DELETE": Known}

    @extend_schema(**schema.GET)
    def get(self, request: Request, transcript_id: UUID) -> HttpResponseBase:
        """Where a transcript stands; once it is done, its words. As a file where `Accept` names the type of one."""
        if chosen := exports.accepted(request):
            return exports.exported(request, visible(request, transcript_id), chosen)
        parameters = Parameters.of_query(request)
        rows = acting(request).visible().select_related(*representations.RELATED)
        row = get_object_or_404(rows, pk=transcript_id)
        audit.saw(acting(request), row)
        body = representations.transcript(request, row, include_segments=parameters.include_segments)
        return Response(body, headers={"Vary": "Accept"})

    @extend_schema(**schema.DESCRIBE)
    def patch(self, request: Request, transcript_id: UUID) -> Response:
        """Change its title, tags, reference or metadata."""
        row = manageable(request, transcript_id)
        labelling.describe(row, read(request, schema.Description), acting(request))
        return Response(representations.transcript(request, row))

    @extend_schema(**schema.DELETE)
    def delete(self, request: Request, transcript_id: UUID) -> Response:
        """Delete the recording with all that was made of it: into the bin, or for good."""
        if read_query(request, schema.DeleteQuery)["permanent"]:
            removal.delete_recording(_deletable(request, transcript_id), acting(request))
        else:
            removal.discard(manageable(request, transcript_id).recording, acting(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def narrowed(rows: QuerySet[Transcript], query: Mapping[str, Any]) -> QuerySet[Transcript]:
    """Those of `rows` that `query` asks for."""
    for name, condition in _CONDITIONS.items():
        if query.get(name):
            rows = rows.filter(condition(query[name]))
    return rows


_CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "status": lambda values: Q(status__in=values),
    "language": lambda code: Q(language=code),
    "reference": lambda text: Q(reference=text),
    "tag": lambda name: Q(recording__in=Recording.objects.filter(tags__name__iexact=name)),
    "review": lambda value: Q(review=value),
    "created_after": lambda moment: Q(created_at__gte=moment),
    "created_before": lambda moment: Q(created_at__lt=moment),
    "owner": lambda name: Q(recording__owner__username=name),
    "key": lambda prefix: Q(recording__api_key__prefix=prefix),
    "q": lambda text: Q(recording__title__icontains=text) | Q(reference__icontains=text),
}


def _deletable(request: Request, transcript_id: UUID) -> Recording:
    """Its recording, also where it is in the bin.

    Raises:
        Http404, PermissionDenied: as `manageable` does.
    """
    found = acting(request).manageable_recordings().filter(transcripts=transcript_id).first()
    return found or manageable(request, transcript_id).recording
