"""What a thread is busy with: the request and the transcript, which every line that it logs is to name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True)
class Trace:
    """Ids, empty where there is none."""

    request_id: str = ""
    transcript_id: str = ""


_current: ContextVar[Trace | None] = ContextVar("whisperhub_trace", default=None)


def current() -> Trace:
    """What this thread is busy with; an empty trace where nobody said."""
    return _current.get() or Trace()


def begin(trace: Trace) -> None:
    """From now on this thread is busy with that, until `end`."""
    _current.set(trace)


def end() -> None:
    """This thread is busy with nothing."""
    _current.set(None)


def note_transcript(transcript_id: UUID) -> None:
    """What this thread is busy with turns out to be about that transcript."""
    trace = _current.get()
    if trace is not None:
        trace.transcript_id = str(transcript_id)


@contextmanager
def working_on(transcript_id: UUID | None, request_id: str = "") -> Iterator[Trace]:
    """While the block runs this thread works on that transcript, which that request asked for."""
    before = _current.set(Trace(request_id, str(transcript_id or "")))
    try:
        yield current()
    finally:
        _current.reset(before)
