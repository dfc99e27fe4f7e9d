"""Which language a recording is in, without its words. For every face that asks.

The GPU workers answer, so it is a transcript like any other while it lasts: claimed, leased, taken up again after a
crash. It is in the bin from its first moment, so that nobody sees it, and is erased when it has answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from . import events, removal, submissions
from .access import Actor
from .errors import NotAudio, Unanswered
from .incoming import IncomingFile
from .models import Failure, Priority, Status, Transcript
from .orders import Order

# Speech that begins later than this (seconds) is not looked for: nobody waits for hours of music to be heard.
SEARCHED_SECONDS = 300.0
QUESTION = Order(
    priority=Priority.INTERACTIVE, options={"language_only": True, "clip_end": SEARCHED_SECONDS}, fleeting=True
)


@dataclass(frozen=True, slots=True)
class Detected:
    """A language's code and how sure the model is (0 to 1); an empty code where nobody speaks."""

    code: str
    probability: float


def detect(file: IncomingFile, actor: Actor) -> Detected:
    """Ask a worker and wait for the answer, `WHISPERHUB_SYNC_TIMEOUT` seconds at most. Nothing is kept.

    Raises:
        EmptyFile, NotAudio, QueueFull, TooLong, LimitReached: as for a submission.
        Unanswered: not in time, or the service could not.
    """
    asked = submissions.submit(file, QUESTION, actor)
    try:
        events.wait_while_open(asked.pk, settings.SYNC_TIMEOUT)
        answered = Transcript.objects.filter(pk=asked.pk).first()
    finally:
        removal.erase(asked.recording)
    if answered is not None and answered.status == Status.DONE:
        return Detected(answered.language, answered.language_probability or 0.0)
    if answered is not None and answered.failure == Failure.MEDIA:
        raise NotAudio(answered.error)
    raise Unanswered("No worker could tell the language in time. Nothing was kept; please ask again in a while.")
