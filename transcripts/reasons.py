"""Why a recording failed, or was not taken: as rows keep it and programs are told it, and for a reader.

What comes out of a row or out of another process is text without its parts. So the sentences that there are stand
here as patterns: a text that fits one is said in the reader's language, any other as it is.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

STOPPED = gettext_noop("The worker stopped answering while it worked on this recording.")
BROKE_OFF = gettext_noop("The transcription broke off (%(error)s).")
TRIED = gettext_noop("It was tried %(times)s times.")
GOES_ON = gettext_noop(
    "This recording goes on after %(hours)s hours, and more than %(hours)s hours are not taken here."
)
# The engine's own: it knows no Django.
_ENGINE = (
    gettext_noop("The file has no audio track."),
    gettext_noop("The audio track is in a format that cannot be decoded."),
    gettext_noop("The audio track has %(rate)s samples a second: nobody can be heard in it."),
    gettext_noop("The file is empty."),
    gettext_noop("This is not an audio or video file that can be opened, or it is incomplete."),
    gettext_noop("No sound could be decoded from this file: it is empty or broken."),
    gettext_noop("The audio track is broken from its beginning."),
    gettext_noop("This file cannot be read: it needs more memory than a recording may. It may be damaged."),
    gettext_noop("This file cannot be read: it takes longer than any recording does. It may be damaged."),
    gettext_noop("This file cannot be read: it crashes the decoder (%(signal)s)."),
    gettext_noop("The model %(name)s was not trained to translate: it would answer in the language that is spoken."),
    gettext_noop("The model %(name)s does not know the language %(language)s."),
    gettext_noop("There is no model %(name)s here. There are: %(known)s."),
)
_PLACE = re.compile(r"%\\\((\w+)\\\)s")


def given_up(reason: str, times: int | None) -> str:
    """`reason`, and how often it came in a row."""
    return " ".join((reason, TRIED % {"times": times}))


def translated(reason: str) -> str:
    """`reason` in the language in force, as far as it is one of the sentences here."""
    first, _blank, last = reason.rpartition(" It was tried ")
    tried = _match(TRIED, f"It was tried {last}") if first else None
    return _sentence(reason) if tried is None else f"{_sentence(first)} {_(TRIED) % tried}"


def _sentence(text: str) -> str:
    for message in (STOPPED, BROKE_OFF, GOES_ON, *_ENGINE):
        found = _match(message, text)
        if found is not None:
            return _(message) % found
    return text


def _match(message: str, text: str) -> dict[str, str] | None:
    found = _pattern(message).fullmatch(text)
    return None if found is None else found.groupdict()


@cache
def _pattern(message: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def place(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.+)"

    return re.compile(_PLACE.sub(place, re.escape(message)), re.DOTALL)
