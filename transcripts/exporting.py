"""A transcript as a file for whoever asks: what they chose, checked, and the deed noted. The same for every face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from . import audit
from .access import Actor
from .documents import document
from .errors import BadOptions
from .exports import ExportOptions, Format, SubtitleProfile
from .filenames import file_name
from .models import Transcript
from .orders import values

# What a reader may choose, by the names of `SubtitleProfile` and `ExportOptions`.
_PROFILE: dict[str, Callable[[str, object], Any]] = {
    "max_characters": values.whole,
    "max_lines": values.whole,
    "min_duration_ms": values.whole,
    "max_duration_ms": values.whole,
    "characters_per_second": values.number,
    "min_gap_ms": values.whole,
}
_OPTIONS = ("speakers", "timestamps", "provenance")
AS_SEGMENTS = "as_segments"
NAMES = frozenset({*_PROFILE, *_OPTIONS, AS_SEGMENTS})


@dataclass(frozen=True, slots=True)
class File:
    """The bytes, what they are, and what they may be called."""

    content: bytes
    media_type: str
    name: str

    @property
    def response(self) -> HttpResponse:
        """To be saved rather than opened: what is in it was said by strangers."""
        response = HttpResponse(self.content, content_type=self.media_type)
        response["Content-Disposition"] = content_disposition_header(True, self.name) or "attachment"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def options(given: Mapping[str, object]) -> ExportOptions:
    """What the reader chose; what they left out is left to the format.

    `as_segments` makes each segment one subtitle; else subtitles are cut by the profile's figures.

    Raises:
        BadOptions: a value that cannot be.
    """
    said = {name: value for name, value in given.items() if value not in (None, "")}
    chosen = {name: values.boolean(name, said[name]) for name in _OPTIONS if name in said}
    figures = {name: read(name, said[name]) for name, read in _PROFILE.items() if name in said}
    try:
        profile = None if values.boolean(AS_SEGMENTS, said.get(AS_SEGMENTS, "")) else SubtitleProfile(**figures)
    except ValueError as error:
        raise BadOptions(f"{error}.") from error
    return ExportOptions(profile=profile, **chosen)


def export(transcript: Transcript, chosen: Format, actor: Actor, wanted: ExportOptions | None = None) -> File:
    """The transcript as it stands, finished or not."""
    content = chosen.render(document(transcript), wanted)
    audit.record(actor, "export", transcript, format=chosen.name)
    return File(content, chosen.media_type, file_name(transcript.recording.title, chosen.extension))
