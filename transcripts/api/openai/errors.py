"""The one shape of every error in the OpenAI dialect, and whether the client is to send the file again.

The official client re-sends the whole file twice on 408, 409, 429 and every 5xx. So whatever would end the same says
`x-should-retry: false`, and only what passes says `retry-after`.
"""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.response import Response

from transcripts.api import exceptions
from transcripts.errors import BadOptions, NotAudio, QueueFull, QuotaUsedUp
from transcripts.models import Failure, Status, Transcript

# Above this the official client ignores `retry-after` and comes back within a second.
LONGEST_RETRY_SECONDS = 60
_RETRIED = (status.HTTP_408_REQUEST_TIMEOUT, status.HTTP_409_CONFLICT, status.HTTP_429_TOO_MANY_REQUESTS)
# What the dialect has no status for.
_STATUS: dict[int, int] = {status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: status.HTTP_400_BAD_REQUEST}
_CODES = {
    status.HTTP_400_BAD_REQUEST: "invalid_value",
    status.HTTP_403_FORBIDDEN: "insufficient_permissions",
    status.HTTP_404_NOT_FOUND: "unknown_url",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_supported",
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: "file_too_large",
    status.HTTP_429_TOO_MANY_REQUESTS: "rate_limit_exceeded",
    status.HTTP_503_SERVICE_UNAVAILABLE: "unavailable",
    status.HTTP_507_INSUFFICIENT_STORAGE: "disk_full",
}


class BadField(BadOptions):
    """A field of the form that cannot be; `param` is its name."""

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param
        self.error_code = "invalid_value"


class Problem(APIException):
    """Any other error, with its status."""

    def __init__(self, status_code: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.error_code = code
        self.param = param


def no_such_model(name: str) -> Problem:
    """404 for a name that is neither a model here nor an alias."""
    message = f"The model {name[:100]!r} does not exist here. GET /v1/models lists what does."
    return Problem(status.HTTP_404_NOT_FOUND, message, code="model_not_found")


def body(message: str, status_code: int, *, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """The JSON of an error, always with its four keys."""
    kind = "invalid_request_error"
    if status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
        kind = "server_error"
    elif status_code == status.HTTP_429_TOO_MANY_REQUESTS:
        kind = "rate_limit_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler of this dialect: nothing leaves in another shape, our own faults included."""
    common = exceptions.handle(error, context)
    code = _STATUS.get(common.status_code, common.status_code)
    written = body(str(common.data["detail"]), code, code=_error_code(error, code), param=_param(error))
    headers = {name: value for name, value in common.items() if name.lower() not in ("content-type", "allow")}
    return Response(written, code, headers=headers | retry_headers(code, common.get("Retry-After")))


def retry_headers(status_code: int, retry_after: str | None) -> dict[str, str]:
    """What keeps the official client from sending a large file again in vain."""
    is_retried = status_code in _RETRIED or status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR
    is_soon = retry_after is not None and float(retry_after) <= LONGEST_RETRY_SECONDS
    return {"x-should-retry": "false"} if is_retried and not is_soon else {}


def bad_end(transcript: Transcript | None) -> Problem:
    """The error for a transcript that did not come to its words: deleted (None), failed, cancelled, or not yet."""
    if transcript is None:
        return Problem(status.HTTP_410_GONE, "The recording was deleted while it waited.", code="deleted")
    if transcript.is_open:
        return Problem(
            status.HTTP_504_GATEWAY_TIMEOUT,
            "It is not done yet, and goes on. Send the same file again to wait for it, send stream=true next time, "
            f"or ask GET /api/v1/transcripts/{transcript.pk}.",
            code="still_running",
        )
    if transcript.status == Status.CANCELLED:
        return Problem(status.HTTP_409_CONFLICT, "The transcript was cancelled.", code="cancelled")
    if transcript.failure == Failure.INTERNAL:
        return Problem(status.HTTP_500_INTERNAL_SERVER_ERROR, transcript.error, code="transcription_failed")
    param = "file" if transcript.failure == Failure.MEDIA else None
    return Problem(status.HTTP_400_BAD_REQUEST, transcript.error, code="invalid_value", param=param)


def _error_code(error: Exception, status_code: int) -> str | None:
    if isinstance(error, AuthenticationFailed):
        return "invalid_api_key"
    if isinstance(error, QuotaUsedUp):
        return "insufficient_quota"
    if isinstance(error, QueueFull):
        return "queue_full"
    return getattr(error, "error_code", None) or _CODES.get(status_code)


def _param(error: Exception) -> str | None:
    return "file" if isinstance(error, NotAudio) else getattr(error, "param", None)
