"""`/api/v1/transcripts/{id}`."""

from __future__ import annotations

from typing import Any

from .documented import INCLUDE_SEGMENTS, TranscriptState
from .problems import problems

GET: dict[str, Any] = {
    "operation_id": "transcript",
    "tags": ["Transcripts"],
    "parameters": [INCLUDE_SEGMENTS],
    "responses": {200: TranscriptState, **problems(400, 401, 404)},
}
