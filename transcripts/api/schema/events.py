"""`/api/v1/transcripts/{id}/events`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from .problems import problem, problems

_EXAMPLE = """\
retry: 1000

id: 0-running
event: status
data: {"id": "0197…", "status": "running", "progress": 0.0, "error": null}

id: 1-running
event: segment
data: {"index": 0, "version": 1, "start": 0.24, "end": 3.12, "text": "Good morning.", …}

id: 1-running
event: progress
data: {"progress": 0.5, "transcribed": 3.2, "duration": 6.4}

id: 1-done
event: status
data: {"id": "0197…", "status": "done", "progress": 1.0, "error": null}
"""
FOLLOW: dict[str, Any] = {
    "operation_id": "follow_transcript",
    "tags": ["Transcripts"],
    "parameters": [
        OpenApiParameter(
            "Last-Event-ID",
            OpenApiTypes.STR,
            OpenApiParameter.HEADER,
            description="The id of the last event that was seen: the stream goes on behind it.",
        )
    ],
    "responses": {
        (200, "text/event-stream"): OpenApiResponse(
            OpenApiTypes.STR,
            "Events `status`, `segment` and `progress`. The stream ends behind the last status, or after a few minutes "
            "in the middle: then come again with `Last-Event-ID`, as browsers do by themselves.",
            examples=[OpenApiExample("from start to end", _EXAMPLE)],
        ),
        204: OpenApiResponse(description="It has ended, and `Last-Event-ID` says that you have seen it all."),
        **problems(401, 404),
        503: problem(
            "Too many follow transcripts here at this moment; `Retry-After` says when to come back.",
            "Too many clients follow transcripts here at this moment. Come back in a few seconds.",
        ),
    },
}
