"""`/api/v1/uploads`: the tus protocol in OpenAPI's words."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from transcripts.resumable.protocol import CHECKSUM_MISMATCH, CONTENT_TYPE, VERSION
from transcripts.resumable.receiving import ALGORITHMS

from .problems import problem, problems

_TAGS = ["Uploads"]


def _header(name: str, about: str, kind: Any = str, *, required: bool = False, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=about, required=required, **more)


def _told(name: str, about: str, status: int, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=about, response=[status])


_RESUMABLE = _header("Tus-Resumable", "The version of the protocol.", required=True, enum=[VERSION])
_CHECKSUM = _header("Upload-Checksum", f"{' or '.join(ALGORITHMS)}, a space, and the digest of this body in base64.")
_VERSION = problem(
    "`Tus-Resumable` is not this version.",
    "This server speaks version 1.0.0 of the tus protocol: send Tus-Resumable: 1.0.0.",
)
_GONE = problem("It has expired.", "This upload has expired or was cancelled. Begin a new one.")
_BYTES = {CONTENT_TYPE: OpenApiTypes.BINARY}
_APPENDED: dict[int, OpenApiResponse] = {
    409: problem(
        "`Upload-Offset` is not where it goes on.",
        "The upload goes on at byte 5242880, not at byte 0. Ask with HEAD, then go on there.",
    ),
    410: _GONE,
    412: _VERSION,
    CHECKSUM_MISMATCH: problem(
        "The checksum is not that of these bytes, of which none was kept.",
        "What came is not what the checksum says. Send it again from the same offset.",
    ),
}

BEGIN: dict[str, Any] = {
    "operation_id": "begin_upload",
    "tags": _TAGS,
    "parameters": [
        _RESUMABLE,
        _header("Upload-Length", "Bytes of the whole file.", int, required=True),
        _header(
            "Upload-Metadata",
            "Names, each with a space and its value in base64, with commas between: `filename`, and any option of "
            "POST /api/v1/transcripts. They are checked now.",
        ),
        _CHECKSUM,
        _told("Location", "The upload.", 201),
        _told("Upload-Offset", "Bytes that came with this, if any did.", 201, int),
        _told("Upload-Expires", "Until when it may be gone on with.", 201),
    ],
    "request": _BYTES,
    "responses": {
        201: OpenApiResponse(description="It has begun."),
        **problems(400, 401, 403, 413, 415, 503, 507),
        412: _VERSION,
        CHECKSUM_MISMATCH: _APPENDED[CHECKSUM_MISMATCH],
    },
}
APPEND: dict[str, Any] = {
    "operation_id": "append_to_upload",
    "tags": _TAGS,
    "parameters": [
        _RESUMABLE,
        _header("Upload-Offset", "Where these bytes go: what HEAD says.", int, required=True),
        _CHECKSUM,
        _told("Upload-Offset", "Bytes that are here now.", 204, int),
        _told("Upload-Expires", "Until when it may be gone on with.", 204),
    ],
    "request": _BYTES,
    "responses": {
        204: OpenApiResponse(description="They are kept."),
        **problems(400, 401, 403, 404, 413, 415, 507),
        **_APPENDED,
    },
}
END: dict[str, Any] = {
    "operation_id": "give_up_upload",
    "tags": _TAGS,
    "parameters": [_RESUMABLE],
    "responses": {
        204: OpenApiResponse(description="It is gone."),
        **problems(400, 401, 403, 404),
        410: _GONE,
        412: _VERSION,
    },
}
OVERRIDE: dict[str, Any] = {
    "operation_id": "upload_by_post",
    "tags": _TAGS,
    "parameters": [
        _RESUMABLE,
        _header("X-HTTP-Method-Override", "The method that is meant.", required=True, enum=["HEAD", "PATCH", "DELETE"]),
        _header("Upload-Offset", "As for PATCH.", int),
        _CHECKSUM,
    ],
    "request": _BYTES,
    "responses": {
        200: OpenApiResponse(description="As for HEAD."),
        204: OpenApiResponse(description="As for PATCH and DELETE."),
        **problems(400, 401, 403, 404, 413, 415, 507),
        405: problem("No method that an upload has.", "HEAD, PATCH or DELETE."),
        **_APPENDED,
    },
}
