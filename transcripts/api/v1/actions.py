"""`/api/v1/transcripts/{id}/…`: cancelled, tried again, transcribed once more."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import steering, submissions
from transcripts.api.authentication import acting
from transcripts.api.permissions import Known, MayTranscribe
from transcripts.api.schema import transcripts as schema
from transcripts.models import Status
from transcripts.orders import revised

from . import representations
from .view import View, manageable, read, visible


class NotNow(APIException):
    """The transcript does not stand where this could be done."""

    status_code = 409


class CancelView(View):
    """Stop."""

    rules = {"POST": Known}

    @extend_schema(**schema.CANCEL)
    def post(self, request: Request, transcript_id: UUID) -> Response:
        """Cancel what waits or runs; what is transcribed already stays. What is cancelled already is as asked."""
        manageable(request, transcript_id)
        steering.cancel(transcript_id, acting(request))
        row = visible(request, transcript_id)
        if row.status != Status.CANCELLED:
            raise NotNow(f"The transcript has ended already: it is {row.status}.")
        return Response(representations.transcript(request, row))


class RerunView(View):
    """Once more."""

    rules = {"POST": MayTranscribe}

    @extend_schema(**schema.RERUN)
    def post(self, request: Request, transcript_id: UUID) -> Response:
        """Transcribe the recording once more with other options; the transcript that is there stays as it is."""
        before = manageable(request, transcript_id)
        wanted = revised(before, read(request, schema.RerunOptions))
        row = submissions.rerun(before, wanted, acting(request))
        body = representations.transcript(request, row)
        return Response(body, status.HTTP_201_CREATED, headers={"Location": body["links"]["self"]})


class RetryView(View):
    """Go on."""

    rules = {"POST": Known}

    @extend_schema(**schema.RETRY)
    def post(self, request: Request, transcript_id: UUID) -> Response:
        """Queue a failed or cancelled one again; it goes on after its last window."""
        if not submissions.retry(manageable(request, transcript_id), acting(request)):
            raise NotNow("Only what failed or was cancelled can be tried again.")
        return Response(representations.transcript(request, visible(request, transcript_id)))
