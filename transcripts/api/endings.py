"""What a request that waited is told when there are no words to give."""

from __future__ import annotations

from rest_framework import status
from rest_framework.response import Response

from transcripts.models import Failure, Status, Transcript

_FAILURE_STATUS = {
    Failure.MEDIA: status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    Failure.UNSUPPORTED: status.HTTP_400_BAD_REQUEST,
    Failure.INTERNAL: status.HTTP_500_INTERNAL_SERVER_ERROR,
}


def refusal(transcript: Transcript | None, headers: dict[str, str] | None = None) -> Response:
    """The answer for a transcript that was deleted (None), cancelled, or failed."""
    if transcript is None:
        return Response({"detail": "The recording was deleted while it waited."}, status.HTTP_410_GONE, headers=headers)
    if transcript.status == Status.CANCELLED:
        return Response({"detail": "The transcript was cancelled."}, status.HTTP_409_CONFLICT, headers=headers)
    return Response({"detail": transcript.error}, _FAILURE_STATUS[Failure(transcript.failure)], headers=headers)
