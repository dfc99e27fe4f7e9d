"""`/asr` and `/detect-language`: for programs that speak to whisper-asr-webservice, Bazarr above all.

Off unless `WHISPERHUB_ASR_DIALECT` is true: these clients send no key, so that they need a trusted network.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from transcripts import language_detection, submissions
from transcripts.api.authentication import acting
from transcripts.api.connection import wait_for_end
from transcripts.api.endings import refusal
from transcripts.api.parameters import sending
from transcripts.api.permissions import MayTranscribe
from transcripts.errors import EmptyFile, Refused
from transcripts.incoming import IncomingFile, IncomingUploadHandler, accept_files
from transcripts.languages import NAMES
from transcripts.models import Status, Transcript
from transcripts.raw_sound import WAV_HEADER, RawSoundHandler

from . import schema
from .outputs import output
from .query import Asked, check_encode, sends_samples

ENGINE = "faster_whisper"


class DialectView(APIView):
    """A route that is there only where an administrator wants it."""

    permission_classes = (MayTranscribe,)
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """404 while the dialect is off, for everybody."""
        if not settings.ASR_DIALECT:
            raise Http404("This dialect is switched off (WHISPERHUB_ASR_DIALECT).")
        super().initial(request, *args, **kwargs)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Before anything can read the body: this route takes files, and `encode=false` says that they are samples."""
        accept_files(request, RawSoundHandler if sends_samples(request.GET) else IncomingUploadHandler)
        return super().initialize_request(request, *args, **kwargs)

    def file_of(self, request: Request) -> IncomingFile:
        """The file that was sent.

        Raises:
            Refused, EmptyFile: there is none, or nothing in it.
        """
        file = request.FILES.get("audio_file")
        if not isinstance(file, IncomingFile):
            raise Refused("No file was sent: the form needs a part named audio_file, with a filename.")
        if sends_samples(request.query_params) and file.size == len(WAV_HEADER):
            raise EmptyFile("The file is empty (0 bytes).")
        return file


class AsrView(DialectView):
    """A recording in, its words out as a file."""

    @extend_schema(**schema.ASR)
    def post(self, request: Request) -> HttpResponseBase:
        """Transcribe or translate a file."""
        asked = Asked.read(request.query_params)
        submissions.check_room()
        file = self.file_of(request)
        says = sending(request, cancels=asked.cancels)
        transcript = submissions.submit(file, asked.order, acting(request), sending=says)
        row = wait_for_end(request, transcript, cancels=asked.cancels)
        if row is None or row.status != Status.DONE:
            return _unfinished(row)
        return HttpResponse(
            output(row, asked.output, words=asked.words),
            content_type="text/plain; charset=utf-8",
            headers={
                "Asr-Engine": ENGINE,
                "Content-Disposition": f'attachment; filename="{quote(file.original_name)}.{asked.output}"',
            },
        )


class DetectLanguageView(DialectView):
    """A recording in, its language out."""

    @extend_schema(**schema.DETECT_LANGUAGE)
    def post(self, request: Request) -> Response:
        """Tell the language of a file."""
        check_encode(request.query_params)
        submissions.check_room()
        found = language_detection.detect(self.file_of(request), acting(request))
        return Response(
            {
                "detected_language": NAMES.get(found.code),
                "language_code": found.code or None,
                "confidence": found.probability,
            }
        )


def _unfinished(transcript: Transcript | None) -> Response:
    """These clients take what comes with a 2xx for the file: not done in time is an error to them."""
    if transcript is not None and transcript.is_open:
        words = f"It is not done yet, and goes on: GET /api/v1/transcripts/{transcript.pk}."
        return Response({"detail": words}, status.HTTP_504_GATEWAY_TIMEOUT)
    return refusal(transcript)
