"""Why something is not taken in; each message is for the person or program that sent it.

Refused
├── BadOptions     a language, task or other option that is not to be had
├── EmptyFile      no bytes
├── NotAudio       not a media file, or no audio stream in it
├── NameTaken      something of this name is there already
├── DiskFull       no room for the file
├── KeyReused      an Idempotency-Key that came before with another request
├── KeyTaken       an Idempotency-Key whose first request is being served this very moment
└── QueueFull      later, please: `retry_after` seconds
"""

QUEUE_RETRY_SECONDS = 30


class Refused(Exception):
    """Not taken in; nothing was stored."""


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


class KeyReused(Refused):
    """An Idempotency-Key that came before with another request."""


class KeyTaken(Refused):
    """An Idempotency-Key whose first request is being served this very moment."""


class QueueFull(Refused):
    """Too many are waiting already."""

    retry_after = QUEUE_RETRY_SECONDS
