"""tus 1.0 over HTTP, the same for both faces, which have let the asker in: requests in, answers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from transcripts import limits
from transcripts.access import Actor
from transcripts.errors import BadOptions, OffsetTaken, Refused
from transcripts.incoming import TooLarge
from transcripts.models import Upload
from transcripts.refusals import REFUSALS, headers_of, status_of, words_of

from . import metadata, receiving, uploads

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
CONTENT_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
TRANSCRIPT_ID = "X-Transcript-Id"
_NUMBER_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Face:
    """What differs: where an upload is found, and whether its transcript is made unasked once it is whole."""

    address: Callable[[UUID], str]
    is_transcribed_unasked: bool = False


def describe(actor: Actor) -> HttpResponse:
    """OPTIONS: what this server can do, and the most that this asker may send."""
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _with(
        answer,
        {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(limits.largest_file(actor)),
            "Tus-Checksum-Algorithm": ",".join(receiving.ALGORITHMS),
        },
    )


def begin(request: HttpRequest, actor: Actor, face: Face) -> HttpResponse:
    """POST to the collection: a new upload, and its first bytes where the request brings some."""
    return _answered(request, lambda: _begin(request, actor, face))


def go_on(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    """HEAD, PATCH or DELETE of one upload; POST where `X-HTTP-Method-Override` names one of them."""
    method = request.headers.get("X-HTTP-Method-Override", request.method or "").upper()
    try:
        upload = uploads.find(upload_id, actor)
    except Refused as error:
        return _refusal(error)
    if upload is None:
        return _problem(HTTPStatus.NOT_FOUND, _("There is no such upload, or it is not yours."))
    verb = _VERBS.get(method)
    if verb is None:
        return _with(_problem(HTTPStatus.METHOD_NOT_ALLOWED, _("HEAD, PATCH or DELETE.")), {"Allow": ", ".join(_VERBS)})
    return _answered(request, lambda: verb(request, upload))


def _begin(request: HttpRequest, actor: Actor, face: Face) -> HttpResponse:
    length = _number(request, "Upload-Length")
    about = metadata.read(request.headers.get("Upload-Metadata", ""))
    upload = uploads.create(length, about, actor, is_transcribed_unasked=face.is_transcribed_unasked)
    headers = {"Location": face.address(upload.pk)}
    if request.content_type == CONTENT_TYPE:
        try:
            headers["Upload-Offset"] = str(_receive(request, upload, 0))
        except BaseException:
            uploads.discard(upload)  # its sender will never know of it
            raise
    return _with(HttpResponse(status=HTTPStatus.CREATED), headers | _expires(upload))


def _tell(_request: HttpRequest, upload: Upload) -> HttpResponse:
    headers = {
        "Upload-Offset": str(uploads.offset(upload)),
        "Upload-Length": str(upload.length),
        "Cache-Control": "no-store",
    }
    if upload.metadata:
        headers["Upload-Metadata"] = upload.metadata
    if (made := uploads.transcript_of(upload)) is not None:
        headers[TRANSCRIPT_ID] = str(made.pk)
    return _with(HttpResponse(), headers | _expires(upload))


def _append(request: HttpRequest, upload: Upload) -> HttpResponse:
    if request.content_type != CONTENT_TYPE:
        return _problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("The bytes must come as {type}.").format(type=CONTENT_TYPE)
        )
    given, here = _number(request, "Upload-Offset"), uploads.offset(upload)
    if given != here:
        raise OffsetTaken(given, here)
    headers = {"Upload-Offset": str(_receive(request, upload, given))}
    return _with(HttpResponse(status=HTTPStatus.NO_CONTENT), headers | _expires(upload))


def _end(_request: HttpRequest, upload: Upload) -> HttpResponse:
    uploads.discard(upload)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


_VERBS: Mapping[str, Callable[[HttpRequest, Upload], HttpResponse]] = {"HEAD": _tell, "PATCH": _append, "DELETE": _end}


def _receive(request: HttpRequest, upload: Upload, offset: int) -> int:
    checksum = receiving.Checksum.read(request.headers.get("Upload-Checksum", ""))
    # A body in chunks says no length of its own: what stands there then is the hub's limit.
    is_stated = "Transfer-Encoding" not in request.headers
    if is_stated and offset + int(request.headers.get("Content-Length") or 0) > upload.length:
        raise TooLarge(upload.length)
    return receiving.receive(upload, offset, request, checksum)


def _answered(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    if request.headers.get("Tus-Resumable") != VERSION:
        words = _("This server speaks version {version} of the tus protocol: send Tus-Resumable: {version}.")
        refusal = _problem(HTTPStatus.PRECONDITION_FAILED, words.format(version=VERSION))
        return _with(refusal, {"Tus-Version": VERSION})
    try:
        return _with(answer())
    except REFUSALS as error:
        return _refusal(error)


def _refusal(error: Exception) -> HttpResponse:
    status = CHECKSUM_MISMATCH if isinstance(error, receiving.ChecksumMismatch) else status_of(error)
    return _with(_problem(status, words_of(error)), headers_of(error))


def _problem(status: int, words: str) -> HttpResponse:
    return _with(JsonResponse({"detail": words}, status=status))


def _with(answer: HttpResponse, headers: Mapping[str, str] | None = None) -> HttpResponse:
    for name, value in {"Tus-Resumable": VERSION, **(headers or {})}.items():
        answer[name] = value
    return answer


def _expires(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires_at.timestamp())}


def _number(request: HttpRequest, name: str) -> int:
    written = request.headers.get(name, "")
    if not (written.isascii() and written.isdigit() and len(written) <= _NUMBER_DIGITS):
        raise BadOptions(_("%(name)s must be a number of bytes.") % {"name": name})
    return int(written)
