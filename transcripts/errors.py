"""Why something is not taken in; each message is for the person or program that sent it.

Refused
├── BadOptions     a language, task or other option that is not to be had
├── EmptyFile      no bytes
├── NotAudio       not a media file, or no audio stream in it
├── NameTaken      something of this name is there already
├── DiskFull       no room for the file
├── StorageAway    the place where files are kept does not answer
├── Unfinished     a resumable upload of which a part is still to come
├── OffsetTaken    a piece of a resumable upload whose place is taken already
├── UploadGone     a resumable upload that has expired or was given up
├── KeyReused      an Idempotency-Key that came before with another request
├── KeyTaken       an Idempotency-Key whose first request is being served this very moment
├── TooLong        longer than the hub takes, or than its key may send
├── LimitReached   the key has asked for all that it may, for now
│   ├── TooManyRequests   in this minute
│   ├── TooManyOpen       waiting or in work at once
│   └── QuotaUsedUp       of audio in this day or month: no use in trying again by oneself
├── CannotLook     the process that reads files was ended in the middle: once more, please
├── Unanswered     a question that no worker could answer in time
└── QueueFull      later, please
"""

from __future__ import annotations

from django.utils.translation import gettext as _

QUEUE_RETRY_SECONDS = 30
STORAGE_RETRY_SECONDS = 30


class Refused(Exception):
    """Not taken in; nothing was stored."""

    retry_after: int | None = None
    """Seconds after which it may be taken, where that can be told."""
    is_final = False
    """Whether a program does wrong to send it again by itself, though the HTTP status looks as if it should."""


class BadOptions(Refused):
    """A language, task or other option that is not to be had."""


class EmptyFile(Refused):
    """No bytes."""


class NotAudio(Refused):
    """Not a media file, or one without sound."""


class NameTaken(Refused):
    """Something of this name is there already."""


class DiskFull(Refused):
    """No room for the file: an administrator has to act."""

    is_final = True


class StorageAway(Refused):
    """The place where files are kept does not answer: later, please."""

    retry_after = STORAGE_RETRY_SECONDS


class Unfinished(Refused):
    """A resumable upload of which a part is still to come."""


class OffsetTaken(Refused):
    """A piece of a resumable upload whose place is taken already, or not reached yet."""

    def __init__(self, given: int, found: int) -> None:
        words = _("The upload goes on at byte %(found)d, not at byte %(given)d. Ask with HEAD, then go on there.")
        super().__init__(words % {"found": found, "given": given})


class UploadGone(Refused):
    """A resumable upload that has expired or was given up."""

    def __init__(self) -> None:
        super().__init__(_("This upload has expired or was cancelled. Begin a new one."))


class KeyReused(Refused):
    """An Idempotency-Key that came before with another request."""


class KeyTaken(Refused):
    """An Idempotency-Key whose first request is being served this very moment."""

    retry_after = 1


class TooLong(Refused):
    """Longer than the hub takes, or than its key may send."""


class LimitReached(Refused):
    """The key has asked for all that it may, for now."""

    def __init__(self, words: str, *, retry_after: int | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class TooManyRequests(LimitReached):
    """In this minute."""


class TooManyOpen(LimitReached):
    """Waiting or in work at once."""


class QuotaUsedUp(LimitReached):
    """Minutes of audio, of this day or month."""

    is_final = True


class Unanswered(Refused):
    """A question that no worker could answer in time. Nothing of it was kept."""

    retry_after = QUEUE_RETRY_SECONDS


class CannotLook(Refused):
    """Whether it is a recording could not be found out. Not its fault, and it passes."""

    retry_after = 1


class QueueFull(Refused):
    """Too many are waiting already."""

    retry_after = QUEUE_RETRY_SECONDS
