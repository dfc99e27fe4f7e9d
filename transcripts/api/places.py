"""Places for streams, whatever their dialect: each holds a thread of this process until its client has gone."""

from __future__ import annotations

import threading
from collections.abc import Generator
from types import TracebackType
from typing import Self

from django.conf import settings
from django.http import StreamingHttpResponse
from rest_framework import status
from rest_framework.exceptions import APIException

RETRY_SECONDS = 5


class TooManyStreams(APIException):
    """Every place is taken: the threads that are left are for those who ask something short."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "Too many clients follow transcripts here at this moment. Come back in a few seconds."
    error_code = "too_many_streams"
    wait = RETRY_SECONDS  # what Django REST framework makes Retry-After of


class Place:
    """One of the `WHISPERHUB_MAX_STREAMS`. As a context manager it is given back if the way to the stream fails.

    Raises:
        TooManyStreams: there is none.
    """

    _taken = 0
    _lock = threading.Lock()

    def __init__(self) -> None:
        with self._lock:
            if Place._taken >= settings.MAX_STREAMS:
                raise TooManyStreams
            Place._taken += 1
        self._is_held = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None:
        if kind is not None:
            self.give_back()

    def give_back(self) -> None:
        """Once; after that it is somebody else's."""
        with self._lock:
            Place._taken -= self._is_held
            self._is_held = False


class PlacedStream:
    """The bytes of one stream, which holds `place` until the server closes it."""

    def __init__(self, events: Generator[bytes], place: Place) -> None:
        self._events = events
        self._place = place

    def __iter__(self) -> Generator[bytes]:
        return self._events

    def close(self) -> None:
        """Called by the server, also where nothing was sent yet."""
        try:
            self._events.close()
        finally:
            self._place.give_back()


def event_stream(stream: PlacedStream) -> StreamingHttpResponse:
    """Server-sent events that nothing on their way keeps back."""
    response = StreamingHttpResponse(stream, content_type="text/event-stream")
    response["Cache-Control"] = "no-cache"
    response["X-Accel-Buffering"] = "no"  # nginx would keep events back to fill its buffer
    return response
