"""`/api/v1/transcripts/{id}/segments`: the text in pieces, read and corrected."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from transcripts import editing
from transcripts.access import Actor
from transcripts.api.authentication import acting
from transcripts.api.pagination import Keyset
from transcripts.api.permissions import Known
from transcripts.api.schema import segments as schema
from transcripts.api.schema.pages import PageQuery
from transcripts.models import Segment, Transcript

from . import representations
from .view import View, editable, read, read_query, visible

_IN_ORDER = Keyset("start_ms", "index")
_BY_VERSION = Keyset("version")


class SegmentsView(View):
    """All of them."""

    rules = {"GET": Known}

    @extend_schema(**schema.LIST)
    def get(self, request: Request, transcript_id: UUID) -> Response:
        """The text as it stands, in order; of an unfinished transcript what there is so far."""
        rows = visible(request, transcript_id).segments.current()
        return _IN_ORDER.answer(rows, read_query(request, PageQuery), representations.segment)


class SegmentView(View):
    """One of them."""

    rules = {"PATCH": Known}

    @extend_schema(**schema.CHANGE)
    def patch(self, request: Request, transcript_id: UUID, index: int) -> Response:
        """Correct its text or say who speaks. Refused if somebody changed the same since `version`."""
        transcript = editable(request, transcript_id)
        change = read(request, schema.SegmentChange)
        _known(transcript, index)
        try:
            row = _changed(transcript, index, acting(request), **change)
        except editing.Conflict as conflict:
            now = [representations.segment(row) for row in conflict.segments]
            return Response({"detail": str(conflict), "segments": now}, status.HTTP_409_CONFLICT)
        return Response(representations.segment(row))


class SegmentHistoryView(View):
    """Every wording that it had."""

    rules = {"GET": Known}

    @extend_schema(**schema.HISTORY)
    def get(self, request: Request, transcript_id: UUID, index: int) -> Response:
        """What the engine heard, and what people and programs made of it, the first first."""
        transcript = visible(request, transcript_id)
        _known(transcript, index)
        rows = transcript.segments.versions(index).select_related("edit__author", "edit__api_key")
        return _BY_VERSION.answer(rows, read_query(request, PageQuery), representations.version)


def _known(transcript: Transcript, index: int) -> None:
    if not transcript.segments.versions(index).exists():
        raise Http404("There is no such segment.")


def _changed(
    transcript: Transcript, index: int, actor: Actor, version: int, text: str | None = None, speaker: str | None = None
) -> Segment:
    """The row with its new text and speaker: both, or none where one of them is refused. Raises `EditRefused`."""
    if text is None and speaker is None:
        raise editing.BadEdit("Send a text, a speaker, or both.")
    with transaction.atomic():
        if text is not None:
            (row,) = editing.change_text(transcript.pk, index, version, text, actor=actor).segments
        if speaker is not None:
            # By the version that the sender saw: a speaker whom somebody named since is not written over.
            (row,) = editing.assign_speaker(transcript.pk, [(index, version)], speaker, actor=actor).segments
    return row
