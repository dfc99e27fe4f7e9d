"""`/api/v1/detect-language`: which language a recording is in, without its words."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import language_detection, submissions
from transcripts.api.authentication import acting
from transcripts.api.forms import TakesFiles, file_of
from transcripts.api.permissions import MayTranscribe
from transcripts.api.schema import languages as schema
from transcripts.languages import language_name

from .view import View


class DetectLanguageView(TakesFiles, View):
    """A recording in, its language out."""

    rules = {"POST": MayTranscribe}
    parser_classes = (MultiPartParser,)

    @extend_schema(**schema.DETECT)
    def post(self, request: Request) -> Response:
        """Tell the language of a file. It is waited for; nothing is kept."""
        submissions.check_room()
        found = language_detection.detect(file_of(request), acting(request))
        name = language_name(found.code) if found.code else None
        return Response({"language": found.code or None, "name": name, "probability": found.probability})
