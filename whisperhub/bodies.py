"""Request bodies as clients really send them: without a length, and to the end though the answer is out already."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO, RawIOBase
from typing import Any

from django.conf import settings
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from transcripts.incoming import CHUNK_BYTES

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

# A refused upload is read on and thrown away for so long: closing at once would reset the connection, and a client
# that is still sending would see that instead of the refusal.
LINGER_SECONDS = 5.0


def receiving_bodies(application: Application) -> Application:
    """`application` behind both rules of this module."""

    def receive(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            environ["wsgi.input"] = _Chunks(environ["wsgi.input"])
            _give_length(environ)
        answer = application(environ, start_response)
        return _Lingering(answer, environ) if environ.get("CONTENT_LENGTH") not in (None, "", "0") else answer

    return receive


def _give_length(environ: Environ) -> None:
    """Tell Django, for which no length is no body, a length that its limits understand; the chunks end the stream.

    An upload streams on, up to the limit for uploads. Anything else is small or refused, and is read here.
    """
    if environ.get("CONTENT_TYPE", "").lower().startswith("multipart/"):
        environ["CONTENT_LENGTH"] = str(settings.MAX_UPLOAD_BYTES + CHUNK_BYTES)
        return
    try:
        body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    except OSError:
        return  # without a length it is no body, which the view refuses in its own words
    environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


class _Chunks(RawIOBase):
    """A body in chunks. Broken chunks are what a broken connection is to Django: an `OSError`, hence a 400."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data: bytes = self._stream.read(len(buffer))
        except ParseException as error:
            raise OSError(f"The request's chunks are malformed: {error}") from error
        buffer[: len(data)] = data
        return len(data)


class _Lingering:
    """An answer; the server calls `close` when all of it is sent."""

    def __init__(self, answer: Iterable[bytes], environ: Environ) -> None:
        self._answer = answer
        self._environ = environ

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        try:
            getattr(self._answer, "close", lambda: None)()
        finally:
            _throw_away(self._environ)


def _throw_away(environ: Environ) -> None:
    """Read what the client still sends, for `LINGER_SECONDS` at most."""
    deadline = time.monotonic() + LINGER_SECONDS
    socket = environ["gunicorn.socket"]
    with suppress(OSError):  # the client went away, or fell silent
        socket.settimeout(LINGER_SECONDS)
        while environ["wsgi.input"].read(CHUNK_BYTES) and time.monotonic() < deadline:
            continue
        socket.settimeout(None)
