"""Why a change of a text is not made; nothing was written then.

EditRefused
├── NotEditable  the recording is not transcribed to its end, or is in the bin
├── Locked       the text is approved: it has to be reopened first
├── Conflict     somebody changed the same thing meanwhile: `segments` says how it stands now
└── BadEdit      what was asked for makes no sense

Their messages are marked for translation and hold no values, so that a page can say them in its reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from ..models import Segment


class EditRefused(Exception):
    """The text stays as it is."""


class NotEditable(EditRefused):
    """Only what was transcribed to its end, and is not in the bin, can be corrected."""

    def __init__(self) -> None:
        super().__init__(gettext_noop("This transcript cannot be corrected: it is not finished, or was deleted."))


class Locked(EditRefused):
    """Approved."""

    def __init__(self) -> None:
        super().__init__(gettext_noop("This text is approved. Reopen it before changing anything."))


class Conflict(EditRefused):
    """Somebody changed the same thing meanwhile. `segments` are the current rows of what was to be changed."""

    def __init__(self, segments: Sequence[Segment] = (), message: str = "") -> None:
        super().__init__(message or gettext_noop("Somebody else has changed this passage meanwhile."))
        self.segments = list(segments)


class BadEdit(EditRefused):
    """What was asked for makes no sense."""
