"""An order: what a caller wants of a recording, and what the caller calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from transcripts import speech_models
from transcripts.engine import Options
from transcripts.errors import BadOptions
from transcripts.models import Glossary, Priority, Task, Transcript

from . import values
from .options import OPTIONS, asked, engine_options


@dataclass(frozen=True, slots=True)
class Order:
    """A checked order. `options` holds what differs from the engine's defaults, by the names that the row keeps.

    An empty `title` is the file's own name. `metadata` is the sender's, kept and echoed. What is `fleeting` is a
    question: its recording is in the bin from the first moment, where nobody sees it, and should be erased after.
    """

    language: str = ""
    task: Task = Task.TRANSCRIBE
    priority: Priority = Priority.NORMAL
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    tags: Sequence[str] = ()
    reference: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    callback_url: str = ""
    fleeting: bool = False
    # Days after which the audio, or all of it, shall be gone; None: only as the rules of the hub say.
    audio_retention_days: int | None = None
    retention_days: int | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The "asked for" fields of a `Transcript`."""
        return {
            "language_requested": self.language,
            "task": self.task,
            "priority": self.priority,
            "options": dict(self.options),
            "reference": self.reference,
            "metadata": dict(self.metadata),
            "callback_url": self.callback_url,
        }

    def heard_ms(self, duration_ms: int | None) -> int | None:
        """Milliseconds of a recording of `duration_ms` (None: not known yet) that are to be heard."""
        clip_end = self.options.get("clip_end")
        ends = [end for end in (duration_ms, None if clip_end is None else round(clip_end * 1000)) if end is not None]
        return max(min(ends) - round(self.options.get("clip_start", 0) * 1000), 0) if ends else None

    def expiry(self, at: datetime) -> dict[str, datetime | None]:
        """The fields of a `Recording` sent at `at` that say until when it is kept, in the sender's wish."""
        days = {"expires_at": self.retention_days, "audio_expires_at": self.audio_retention_days}
        return {name: None if count is None else at + timedelta(days=count) for name, count in days.items()}


# The caller's name of each part of an order that is no option of the engine, and how to read it.
CHOICES: dict[str, Callable[[str, object], Any]] = {
    "language": values.language,
    "task": lambda name, value: Task(values.one_of(name, value, Task.values)),
    "priority": lambda name, value: Priority(values.one_of(name, value, Priority.values)),
    "title": values.title,
    "tags": values.tags,
    "reference": values.reference,
    "metadata": values.metadata,
    "callback_url": values.web_address,
    "audio_retention_days": values.days,
    "retention_days": values.days,
}
NAMES = frozenset({*CHOICES, *OPTIONS, "glossary"})
# Names that may be given more than once.
LISTS = frozenset({"languages", "tags"})
_NOTHING: tuple[object, ...] = (None, "", [], {})


def order(given: Mapping[str, object] | None = None) -> Order:
    """Check what the caller sent; names that are not in `NAMES` are somebody else's, empty values are not given.

    Raises:
        BadOptions: for an unknown language (with the near misses) or model, a value that cannot be, a glossary that
            is not there, or a translation that no model here can make.
    """
    said = {name: value for name, value in (given or {}).items() if value not in _NOTHING}
    options = {kept: read(name, said[name]) for name, (kept, read) in OPTIONS.items() if name in said}
    if "glossary" in said:
        options["glossary"] = _glossary(said["glossary"])
    try:
        Options(**engine_options(options))
    except ValueError as error:
        raise BadOptions(str(error)) from error
    wanted = Order(options=options, **{name: read(name, said[name]) for name, read in CHOICES.items() if name in said})
    if wanted.task == Task.TRANSLATE:
        speech_models.check_translation(options.get("model", ""))
    return wanted


def revised(transcript: Transcript, given: Mapping[str, object]) -> Order:
    """What `transcript` was asked for, with `given` in its place: an empty value goes back to the default.

    Raises:
        BadOptions: as for `order`.
    """
    was = {
        "language": transcript.language_requested,
        "task": transcript.task,
        "priority": transcript.priority,
        "reference": transcript.reference,
        "metadata": transcript.metadata,
        "callback_url": transcript.callback_url,
        **asked(transcript.options),
    }
    return order({**was, **given})


def _glossary(value: object) -> dict[str, str]:
    """Its name and a copy of its words: what a transcript was told does not change with the glossary."""
    name = values.title("glossary", value)
    found = Glossary.objects.annotate(low=Lower("name")).filter(low=Lower(Value(name))).first()
    if found is None:
        known = get_close_matches(name, Glossary.objects.values_list("name", flat=True), n=3, cutoff=0.4)
        words = _("There is no glossary named '%(name)s'.") % {"name": name[:100]}
        hint = _("Did you mean %(names)s?") % {"names": _(" or ").join(f"'{near}'" for near in known)} if known else ""
        raise BadOptions(f"{words} {hint}".rstrip())
    return {"name": found.name, "words": found.words}
