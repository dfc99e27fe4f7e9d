"""The client at the other end: whether it is still there, and what becomes of its work if not."""

from __future__ import annotations

import socket
import time

from django.conf import settings
from rest_framework.request import Request

from transcripts import attendance, events
from transcripts.models import Transcript

# How often a waiting request looks whether somebody still waits for it: what nobody hears must not hold a thread for
# long. Who wants the work to end with the connection is looked after more closely.
LOOK_SECONDS = 5.0
CANCEL_LOOK_SECONDS = 0.5


def has_gone(request: Request) -> bool:
    """Whether the client closed the connection. Only gunicorn lets us see; elsewhere the answer is no."""
    connection = request.META.get("gunicorn.socket")
    if connection is None:
        return False
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (BlockingIOError, ValueError):  # nothing to read; a TLS socket, which cannot be peeked at
        return False
    except OSError:
        return True


def wait_for_end(
    request: Request, transcript: Transcript, *, cancels: bool, seconds: float | None = None
) -> Transcript | None:
    """The row when it has ended, when time is over, or when the client has gone; None: deleted.

    The time is `seconds`, and `WHISPERHUB_SYNC_TIMEOUT` at most.

    The work goes on without the client, unless it `cancels` by going and nobody else wants it.
    """
    most: float = settings.SYNC_TIMEOUT
    began = time.monotonic()
    deadline = began + (most if seconds is None else min(seconds, most))
    look_seconds = CANCEL_LOOK_SECONDS if cancels else LOOK_SECONDS
    while True:
        row = (
            Transcript.objects.select_related("recording").filter(pk=transcript.pk, recording__deleted_at=None).first()
        )
        now = time.monotonic()
        if row is None or not row.is_open:
            return row
        if now >= deadline:
            if cancels:  # the client is there, and told to come back for it
                attendance.join(row.pk, cancels=False)
            return row
        # One that changes all the time is not slept over for long enough to look.
        if (now - began > look_seconds and has_gone(request)) or not _stays(request, row, look_seconds, deadline):
            if cancels:
                attendance.leave(row.pk)
            return row


def _stays(request: Request, row: Transcript, look_seconds: float, deadline: float) -> bool:
    """Sleep until `row` changes, or to the deadline. False: the client has gone meanwhile.

    Looking after the client costs no question to the database: hundreds may wait.
    """
    with events.noticing(row.pk, row.revision) as changed:
        while (left := deadline - time.monotonic()) > 0:
            if changed(min(left, look_seconds)):
                return True
            if has_gone(request):
                return False
    return True
