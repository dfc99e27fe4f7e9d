"""The recording itself, for the player: whole or by byte range, in blocks, to whoever may see it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.encoding import filepath_to_uri
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from transcripts.filenames import file_name
from transcripts.models import Recording
from transcripts.stored_media import Part, open_part

from .permissions import signed_in, visible_transcript
from .ranges import ByteRange, Unsatisfiable, byte_range

BLOCK_BYTES = 256 * 1024
LOST = "The media file is no longer there."
# By what the file is (FFmpeg's names), never by what its sender called it. What no browser plays is not in here.
_AUDIO = {
    "wav": "audio/wav", "aiff": "audio/aiff", "caf": "audio/x-caf", "mp3": "audio/mpeg", "aac": "audio/aac",
    "flac": "audio/flac", "ogg": "audio/ogg", "mov": "audio/mp4", "matroska": "audio/webm",
}  # fmt: skip
_VIDEO = {
    "ogg": "video/ogg",
    "mov": "video/mp4",
    "matroska": "video/webm",
    "mpegts": "video/mp2t",
    "mpeg": "video/mpeg",
}


@require_safe
@signed_in
def media(request: HttpRequest, transcript_id: UUID) -> HttpResponseBase:
    """200, 206, 304 or 416; 410 once the audio is deleted. Recordings never change, so their hash is a strong ETag.

    Where nginx stands in front (`WHISPERHUB_ACCEL_REDIRECT`) it sends the bytes, and cuts the ranges.
    """
    recording = visible_transcript(request, transcript_id).recording
    if recording.audio_deleted_at is not None:
        return render(request, "410.html", status=HTTPStatus.GONE)
    etag = f'"{recording.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return _described(HttpResponseNotModified(), recording, etag)
    if settings.ACCEL_REDIRECT:
        return _described(_handed_to_nginx(recording), recording, etag)
    try:
        wanted = byte_range(_applicable_range(request, etag), recording.size_bytes)
    except Unsatisfiable:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{recording.size_bytes}"})
        return _described(refused, recording, etag)
    return _described(_content(request, recording, wanted), recording, etag)


def _handed_to_nginx(recording: Recording) -> HttpResponse:
    name = str(recording.file.name)
    if not recording.file.storage.exists(name):
        raise Http404(LOST)
    return HttpResponse(headers={"X-Accel-Redirect": settings.ACCEL_REDIRECT + (filepath_to_uri(name) or "")})


def _applicable_range(request: HttpRequest, etag: str) -> str | None:
    """The Range header, unless If-Range names another version than ours (a date never names it surely)."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    return request.headers.get("Range")


def _content(request: HttpRequest, recording: Recording, wanted: ByteRange | None) -> HttpResponseBase:
    part = wanted or ByteRange(0, recording.size_bytes - 1)
    response = _body(request, recording, part)
    response["Content-Length"] = str(part.length)
    if wanted is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.end}/{recording.size_bytes}"
    return response


def _body(request: HttpRequest, recording: Recording, part: ByteRange) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse()
    return StreamingHttpResponse(_Blocks(_opened(recording, part), part.length))


def _opened(recording: Recording, part: ByteRange) -> Part:
    try:
        return open_part(str(recording.file.name), part.start, part.end)
    except FileNotFoundError as error:
        raise Http404(LOST) from error


class _Blocks(Iterator[bytes]):
    """A part of an open file, in blocks. The response closes it, also when nobody read it to the end."""

    def __init__(self, file: Part, length: int) -> None:
        self._file, self._left = file, length

    def __next__(self) -> bytes:
        block: bytes = self._file.read(min(BLOCK_BYTES, self._left))
        if not block:
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        """Called by the response at its end."""
        self._file.close()


def _described(response: HttpResponseBase, recording: Recording, etag: str) -> HttpResponseBase:
    types = _VIDEO if recording.has_video else _AUDIO
    response["Content-Type"] = types.get(recording.container, "application/octet-stream")
    shown_as = content_disposition_header(as_attachment=False, filename=file_name(recording.title))
    response["Content-Disposition"] = shown_as or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    # Kept by the listener's own browser only, and asked for again each time: rights may have changed.
    patch_cache_control(response, private=True, no_cache=True)
    return response
