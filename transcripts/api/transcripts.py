"""`/api/v1/transcripts/{id}`: where a transcript stands, and its words once they are there."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from . import representations
from .authentication import acting
from .parameters import Parameters
from .permissions import Known
from .schema import transcripts as schema


class TranscriptView(APIView):
    """One transcript."""

    permission_classes = (Known,)

    @extend_schema(**schema.GET)
    def get(self, request: Request, transcript_id: UUID) -> Response:
        """Where a transcript stands; once it is done, its words."""
        parameters = Parameters.of_query(request)
        transcript = get_object_or_404(acting(request).visible(), pk=transcript_id)
        return Response(representations.state(transcript, include_segments=parameters.include_segments))
