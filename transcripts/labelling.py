"""What a sender may change of a transcript once it is there: what it is called, and their own notes on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from . import recordings, tags
from .access import Actor
from .models import Transcript
from .orders import values

_READ = {"tags": values.tags, "reference": values.reference, "metadata": values.metadata}


def describe(transcript: Transcript, given: Mapping[str, Any], actor: Actor) -> None:
    """Write the `title`, `tags`, `reference` and `metadata` that are given; the others stay. All of it or nothing.

    Raises:
        Refused: what cannot be.
    """
    wanted: dict[str, Any] = {name: read(name, given[name]) for name, read in _READ.items() if name in given}
    own = {name: wanted[name] for name in ("reference", "metadata") if name in wanted}
    with transaction.atomic():
        if "title" in given:
            recordings.rename(transcript.recording, given["title"], actor)
        if "tags" in wanted:
            tags.replace(transcript.recording, wanted["tags"], actor)
        if own:
            Transcript.objects.filter(pk=transcript.pk).update(**own)
    for name, value in own.items():
        setattr(transcript, name, value)
