"""What cannot be taken in, and the HTTP status that says so: one table for both faces."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import UnreadablePostError
from django.utils.translation import gettext as _

from . import editing, errors, fetch, reasons
from .incoming import TooLarge

# The first match counts, so the branches of a tree stand before its root.
_STATUS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (errors.NotAudio, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (errors.NameTaken, HTTPStatus.CONFLICT),
    (errors.DiskFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (errors.StorageAway, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Unfinished, HTTPStatus.CONFLICT),
    (errors.OffsetTaken, HTTPStatus.CONFLICT),
    (errors.UploadGone, HTTPStatus.GONE),
    (errors.KeyReused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.KeyTaken, HTTPStatus.CONFLICT),
    (errors.TooLong, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.LimitReached, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.QueueFull, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.CannotLook, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Unanswered, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Refused, HTTPStatus.BAD_REQUEST),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (RequestDataTooBig, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (fetch.RefusedUrl, HTTPStatus.BAD_REQUEST),
    (fetch.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (fetch.FetchTimeout, HTTPStatus.GATEWAY_TIMEOUT),
    (fetch.FetchError, HTTPStatus.BAD_GATEWAY),
    (editing.Locked, HTTPStatus.LOCKED),
    (editing.BadEdit, HTTPStatus.BAD_REQUEST),
    (editing.EditRefused, HTTPStatus.CONFLICT),
    (UnreadablePostError, HTTPStatus.BAD_REQUEST),
    (SuspiciousOperation, HTTPStatus.BAD_REQUEST),  # too many parts or fields
)
REFUSALS = tuple(kind for kind, _ in _STATUS)


def status_of(error: Exception) -> HTTPStatus:
    """The status of one of `REFUSALS`."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def words_of(error: Exception) -> str:
    """What to tell the sender of one of `REFUSALS`, in the language in force: the API's is English."""
    if isinstance(error, RequestDataTooBig):
        words = _("What was sent beside the file is larger than %(most)d bytes.")
        return words % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    if isinstance(error, fetch.FetchError):
        return _(error.message) % error.values if error.values else _(error.message)
    said = str(error)
    # Those of `editing` are only marked, those of the engine patterns; of others nothing is found.
    return reasons.translated(_(said)) if said else said


def headers_of(error: Exception) -> dict[str, str]:
    """Headers that go with it: when to come back, and whether a client that retries by itself should."""
    headers: dict[str, str] = {}
    if isinstance(error, errors.Refused):
        if error.retry_after is not None:
            headers["Retry-After"] = str(error.retry_after)
        if error.is_final:
            headers["X-Should-Retry"] = "false"
    return headers
