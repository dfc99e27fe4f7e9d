"""A recording on its way in through the native API: in the request itself, at an address, or uploaded before."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, QueryDict
from rest_framework.request import Request

from transcripts import submissions
from transcripts.api.authentication import acting
from transcripts.api.connection import wait_for_end
from transcripts.api.forms import CheckingMultiPartParser, file_of
from transcripts.api.parameters import sending, values_of
from transcripts.api.parsers import StrictJSONParser
from transcripts.api.schema import transcripts as schema
from transcripts.errors import BadOptions
from transcripts.models import Transcript
from transcripts.orders import NAMES, Order, order
from transcripts.repeats import Sending
from transcripts.resumable import finishing, uploads

from .view import read

PARSERS = (CheckingMultiPartParser, StrictJSONParser)


def create(request: Request, *, cancels: bool) -> Transcript:
    """What the request brings, as it is kept; who `cancels` waits for it and wants it only while connected.

    Raises:
        Refused, FetchError, ValidationError: with the reason.
        Http404: there is no such upload, or it is not the asker's.
    """
    submissions.check_room()
    says = sending(request, cancels=cancels)
    if isinstance(request.data, QueryDict):
        wanted = order_of_form(request.POST)
        return submissions.submit(file_of(request), wanted, acting(request), sending=says)
    if isinstance(request.data, Mapping) and "upload" in request.data:
        return _of_upload(request, says)
    fields = read(request, schema.UrlTranscript)
    url = fields.pop("url")
    return submissions.submit_url(url, order(fields), acting(request), sending=says)


def order_of_form(form: QueryDict) -> Order:
    """The order that a form writes.

    Raises:
        BadOptions: a field that nobody knows, or a value that cannot be.
    """
    given = values_of(form)
    if unknown := given.keys() - NAMES - {"file"}:
        raise BadOptions(f"There is no field {min(unknown)[:60]!r}. Known are file, {', '.join(sorted(NAMES))}.")
    return order(given)


def waited_for(request: Request, transcript: Transcript, seconds: float, *, cancels: bool) -> Transcript | None:
    """The transcript as it stands when it has ended, or `seconds` later; None if it was deleted meanwhile."""
    return wait_for_end(request, transcript, cancels=cancels, seconds=seconds) if seconds else transcript


def _of_upload(request: Request, says: Sending) -> Transcript:
    fields = read(request, schema.UploadTranscript)
    actor = acting(request)
    upload = uploads.find(fields.pop("upload"), actor)
    if upload is None:
        raise Http404("There is no such upload, or it is not yours.")
    return finishing.finish(upload, fields, actor, says)
