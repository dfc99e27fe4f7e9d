"""`/v1/audio/transcriptions`, `/v1/audio/translations`, `/v1/models`: for programs that speak to OpenAI."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import QueryDict
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from transcripts import submissions
from transcripts.api.authentication import acting
from transcripts.api.connection import wait_for_end
from transcripts.api.forms import CheckingMultiPartParser, TakesFiles
from transcripts.api.parameters import sending
from transcripts.api.permissions import Known, MayTranscribe
from transcripts.api.places import Place
from transcripts.incoming import IncomingFile
from transcripts.models import Status, Task
from transcripts.orders import boolean

from . import catalogue, errors, schema
from .answers import answer
from .fields import Wanted
from .stream import stream


class OpenAIView(APIView):
    """Every error has the dialect's shape."""

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        """The dialect's own."""
        return errors.handle


class AudioView(TakesFiles, OpenAIView):
    """A recording in, its words out."""

    permission_classes = (MayTranscribe,)
    parser_classes = (CheckingMultiPartParser,)
    task: Task

    def check_fields(self, form: QueryDict) -> None:
        """What is known of the form when its file begins."""
        Wanted.read_fields(form, self.task)

    def take(self, request: Request) -> HttpResponseBase:
        """Store the recording, then answer as the words come or when they are there."""
        cancels = boolean("cancel_on_disconnect", request.query_params.get("cancel_on_disconnect", ""))
        submissions.check_room()
        wanted = Wanted.read(request.POST, self.task)
        file = request.FILES.get("file")
        if not isinstance(file, IncomingFile):
            raise errors.BadField("No file was sent: the form needs a part named file, with a filename.", "file")
        submit = partial(
            submissions.submit, file, wanted.order, acting(request), sending=sending(request, cancels=cancels)
        )
        if wanted.stream:
            with Place() as place:  # before anything is stored
                transcript = submit()
                response: HttpResponseBase = stream(request, transcript, wanted, place, cancels=cancels)
        else:
            transcript = submit()
            row = wait_for_end(request, transcript, cancels=cancels)
            if row is None or row.status != Status.DONE:
                raise errors.bad_end(row)
            response = answer(row, wanted)
        response["X-Transcript-Id"] = str(transcript.pk)
        return response


class TranscriptionsView(AudioView):
    """In the language that is spoken."""

    task = Task.TRANSCRIBE

    @extend_schema(**schema.TRANSCRIPTIONS)
    def post(self, request: Request) -> HttpResponseBase:
        """Transcribe a file."""
        return self.take(request)


class TranslationsView(AudioView):
    """In English."""

    task = Task.TRANSLATE

    @extend_schema(**schema.TRANSLATIONS)
    def post(self, request: Request) -> HttpResponseBase:
        """Translate a file into English."""
        return self.take(request)


class ModelsView(OpenAIView):
    """What runs here, and the names that it answers to."""

    permission_classes = (Known,)

    @extend_schema(**schema.MODELS)
    def get(self, request: Request) -> Response:
        """List the models."""
        return Response({"object": "list", "data": [model.as_json for model in catalogue.models()]})


class ModelView(OpenAIView):
    """One of them."""

    permission_classes = (Known,)

    @extend_schema(**schema.MODEL)
    def get(self, request: Request, model_id: str) -> Response:
        """Describe a model."""
        model = catalogue.find(model_id)
        if model is None:
            raise errors.no_such_model(model_id)
        return Response(model.as_json)


class UnknownView(OpenAIView):
    """Any other address of the dialect: a program is told so in words that it can read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever the method."""
        message = f"Invalid URL ({request.method} {request.path})"
        raise errors.Problem(status.HTTP_404_NOT_FOUND, message, code="unknown_url")
