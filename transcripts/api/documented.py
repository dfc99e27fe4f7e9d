"""`/transcribe` and `/transcribe/url`: the documented contract; existing clients keep working unchanged."""

from __future__ import annotations

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from transcripts import submissions
from transcripts.models import Status, Transcript

from . import representations
from .authentication import acting
from .connection import wait_for_end
from .endings import refusal
from .forms import TakesFiles, file_of
from .parameters import Parameters, prefers_async, sending
from .parsers import StrictJSONParser
from .permissions import MayTranscribe
from .schema import documented as schema

RETRY_SECONDS = 2


class TranscribeView(TakesFiles, APIView):
    """An audio or video file in, its words out."""

    permission_classes = (MayTranscribe,)
    parser_classes = (MultiPartParser,)

    @extend_schema(**schema.TRANSCRIBE)
    def post(self, request: Request) -> Response:
        """Transcribe an uploaded file and wait for the words."""
        Parameters.of_query(request)
        submissions.check_room()
        file = file_of(request)
        parameters = Parameters.of_request(request)
        says = sending(request, cancels=parameters.cancel_on_disconnect)
        transcript = submissions.submit(file, parameters.wanted, acting(request), sending=says)
        return _answer(request, transcript, parameters)


class TranscribeUrlView(APIView):
    """A media address in, its words out."""

    permission_classes = (MayTranscribe,)
    parser_classes = (StrictJSONParser, FormParser)

    @extend_schema(**schema.TRANSCRIBE_URL)
    def post(self, request: Request) -> Response:
        """Fetch a file from a URL, transcribe it and wait for the words."""
        body = schema.UrlRequest(data=request.data)
        body.is_valid(raise_exception=True)
        parameters = Parameters.of_request(request)
        says = sending(request, cancels=parameters.cancel_on_disconnect)
        url = body.validated_data["url"]
        transcript = submissions.submit_url(url, parameters.wanted, acting(request), sending=says)
        return _answer(request, transcript, parameters)


def _answer(request: Request, transcript: Transcript, parameters: Parameters) -> Response:
    """Wait for the end (unless asked not to) and answer; the row stays whatever becomes of this request."""
    if not prefers_async(request):
        row = wait_for_end(request, transcript, cancels=parameters.cancel_on_disconnect)
        if row is None:
            return refusal(None)
        transcript = row
    return _present(request, transcript, parameters)


def _present(request: Request, transcript: Transcript, parameters: Parameters) -> Response:
    address = request.build_absolute_uri(reverse("api-transcript", args=[transcript.pk]))
    headers = {"X-Transcript-Id": str(transcript.pk), "Link": f'<{address}>; rel="describedby"'}
    if transcript.status == Status.DONE:
        body = representations.result(transcript, include_segments=parameters.include_segments)
        return Response(body, headers={**headers, "Content-Location": address})
    if transcript.is_open:
        body = representations.state(transcript, include_segments=False)
        headers |= {"Location": address, "Retry-After": str(RETRY_SECONDS)}
        return Response(body, status=status.HTTP_202_ACCEPTED, headers=headers)
    return refusal(transcript, headers)
