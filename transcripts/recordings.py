"""What a person may change of a recording itself: its title."""

from __future__ import annotations

import unicodedata

from django.db import transaction
from django.utils.translation import gettext as _

from . import audit
from .access import Actor
from .errors import Refused
from .models import Recording

TITLE_LENGTH = 500


class BadTitle(Refused):
    """No title, or none that can be kept."""


def rename(recording: Recording, title: str, actor: Actor) -> None:
    """Call it `title`, without control characters and outer spaces. The same title again is no deed.

    Raises:
        BadTitle: an empty title, or one longer than `TITLE_LENGTH` characters; nothing is changed.
    """
    wanted = readable(title)
    if not wanted:
        raise BadTitle(_("A recording needs a title."))
    if len(wanted) > TITLE_LENGTH:
        raise BadTitle(_("The title is longer than %(most)d characters.") % {"most": TITLE_LENGTH})
    if wanted == recording.title:
        return
    before, recording.title = recording.title, wanted
    with transaction.atomic():
        recording.save(update_fields=["title"])
        audit.record(actor, "rename", recording, before=before)


def readable(text: str) -> str:
    """`text` on one line: control characters (a line break, NUL, which PostgreSQL refuses) become spaces."""
    plain = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} else letter for letter in text)
    return " ".join(plain.split())
