"""Request bodies as clients really send them: without a length, in pieces, to the end of a refused file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO, RawIOBase
from typing import Any

from django.conf import settings
from gunicorn.http.body import LengthReader  # type: ignore[import-untyped]
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]

from transcripts import courtesy
from transcripts.incoming import CHUNK_BYTES

from .patient_socket import PatientSocket

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

# A refused upload is read on and thrown away for so long: closing at once would reset the connection, and a client
# that is still sending would see that instead of the refusal.
LINGER_SECONDS = 5.0
# Of a body that are read without giving way to pages: a clip is one of the short things itself.
AT_ONCE_PIECES = 4
# Bodies that a view reads piece by piece, and itself limits: a file in a form, a part of a resumable upload.
_STREAMED = ("multipart/", "application/offset+octet-stream")


def receiving_bodies(application: Application) -> Application:
    """`application` behind the rules of this module."""

    def receive(environ: Environ, start_response: Any) -> Iterable[bytes]:
        is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if not is_chunked and environ.get("CONTENT_LENGTH") in (None, "", "0"):
            return application(environ, start_response)
        body = _Body(environ["wsgi.input"], environ["gunicorn.socket"])
        environ["wsgi.input"] = body
        if is_chunked:
            _give_length(environ)
        return _Lingering(application(environ, start_response), body)

    return receive


def _give_length(environ: Environ) -> None:
    """Tell Django, for which no length is no body, a length that its limits understand; the chunks end the stream.

    An upload streams on, up to the limit for uploads. Anything else is small or refused, and is read here.
    """
    if environ.get("CONTENT_TYPE", "").lower().startswith(_STREAMED):
        environ["CONTENT_LENGTH"] = str(settings.MAX_UPLOAD_BYTES + CHUNK_BYTES)
        return
    try:
        body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    except OSError:
        return  # without a length it is no body, which the view refuses in its own words
    environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


class _Body(RawIOBase):
    """A body from the socket. Broken chunks are a broken connection, as a slow sender is: an `OSError`, thus a 400."""

    def __init__(self, stream: Any, socket: PatientSocket) -> None:
        super().__init__()
        self._stream = stream
        self._socket = socket
        self._pieces = 0
        socket.expect_body()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; fewer at the end alone. Not through `readinto`: that would copy them twice more."""
        self._pieces += 1
        if self._pieces > AT_ONCE_PIECES:
            courtesy.give_way()
        reader = self._stream.reader
        if isinstance(reader, LengthReader):
            return _straight(reader, self._socket, size)
        try:
            data: bytes = self._stream.read(size)
        except ParseException as error:
            raise OSError(f"The request's chunks are malformed: {error}") from error
        return data

    def throw_away(self) -> None:
        """Read what the client still sends, for `LINGER_SECONDS` at most."""
        self._socket.expect_rest(LINGER_SECONDS)
        deadline = time.monotonic() + LINGER_SECONDS
        with suppress(OSError):  # the client went away, or fell silent
            while self.read(CHUNK_BYTES) and time.monotonic() < deadline:
                continue


def _straight(reader: Any, socket: PatientSocket, size: int) -> bytes:
    """What `reader` would read, past its buffers: what it reads ahead it copies with every piece that it gives away."""
    wanted = min(size, reader.length) if size >= 0 else reader.length
    pieces: list[bytes] = []
    while wanted:
        data = reader.unreader.take_buffered()  # came with the headers
        if len(data) > wanted:  # with the next request behind it
            reader.unreader.unread(data[wanted:])
            data = data[:wanted]
        data = data or socket.recv(min(wanted, CHUNK_BYTES))
        if not data:
            break
        pieces.append(data)
        wanted -= len(data)
        reader.length -= len(data)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class _Lingering:
    """An answer; the server calls `close` when all of it is sent."""

    def __init__(self, answer: Iterable[bytes], body: _Body) -> None:
        self._answer = answer
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        try:
            getattr(self._answer, "close", lambda: None)()
        finally:
            self._body.throw_away()
