"""What a person chooses of an export, read from the address and kept in it. Times on the screen are in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from transcripts.exports import FORMATS, MOST_LINES, NARROWEST, WIDEST, ExportOptions, Format, SubtitleProfile
from transcripts.templatetags.presentation import FORMAT_LABELS

_DEFAULT = SubtitleProfile()
_SUBTITLES = tuple(name for name, format in FORMATS.items() if format.show)
_DATA = ("tsv", "csv", "json")
# Which formats have a place for what a field says; those of the profile are for all subtitles.
_FOR = {
    "speakers": tuple(name for name in FORMATS if name not in _DATA),
    "timestamps": ("txt",),
    "provenance": ("vtt", "vtt-words", "vtt-highlight", "json", "docx", "md"),
}
_ONCE_SENT = "max_characters"


def _grouped() -> list[tuple[Any, list[tuple[str, Any]]]]:
    def choices(names: Iterable[str]) -> list[tuple[str, Any]]:
        return [(name, format_lazy("{} (.{})", FORMAT_LABELS[name], FORMATS[name].extension)) for name in names]

    texts = [name for name in FORMATS if name not in (*_SUBTITLES, *_DATA)]
    return [
        (_("Subtitles"), choices(_SUBTITLES)),
        (_("To read"), choices(texts)),
        (_("For programs"), choices(_DATA)),
    ]


class ExportForm(forms.Form):
    """Format, what is in it, and the profile that subtitles are cut by."""

    format = forms.ChoiceField(label=_("Format"), choices=_grouped(), initial="srt")
    speakers = forms.BooleanField(label=_("Who speaks"), required=False, initial=True)
    timestamps = forms.BooleanField(label=_("A time before each line"), required=False, initial=False)
    provenance = forms.BooleanField(
        label=_("Where the text comes from: recording, model, edits, reviewer"), required=False, initial=True
    )
    as_segments = forms.BooleanField(
        label=_("As the segments stand in the text, one subtitle each"), required=False, initial=False
    )
    max_characters = forms.IntegerField(
        label=_("Characters on a line"), min_value=NARROWEST, max_value=WIDEST, initial=_DEFAULT.max_characters
    )
    max_lines = forms.IntegerField(label=_("Lines"), min_value=1, max_value=MOST_LINES, initial=_DEFAULT.max_lines)
    min_duration = forms.FloatField(
        label=_("Shortest, in seconds"), min_value=0.1, max_value=10, step_size=0.1, initial=1
    )
    max_duration = forms.FloatField(
        label=_("Longest, in seconds"), min_value=0.5, max_value=60, step_size=0.1, initial=7
    )
    characters_per_second = forms.FloatField(
        label=_("Characters a second"),
        help_text=_("17 characters a second suit most readers, 20 the quick ones."),
        min_value=5,
        max_value=60,
        step_size=0.5,
        initial=17,
    )
    min_gap_ms = forms.IntegerField(
        label=_("Gap, in milliseconds"), min_value=0, max_value=2000, initial=_DEFAULT.min_gap_ms
    )

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """What an address says, and the defaults of what it does not. Boxes count once the whole form was sent."""
        chosen = {name: field.initial for name, field in cls.base_fields.items()}
        if _ONCE_SENT in query:
            chosen |= {name: False for name, field in cls.base_fields.items() if isinstance(field, forms.BooleanField)}
        return cls(chosen | {name: value for name, value in query.dict().items() if name in chosen and value})

    def clean(self) -> dict[str, Any]:
        """What one field alone cannot tell."""
        said: dict[str, Any] = self.cleaned_data
        if said.get("min_duration", 0) > said.get("max_duration", 60):
            self.add_error("max_duration", _("The longest cannot be shorter than the shortest."))
        return said

    @property
    def chosen(self) -> Format:
        """The format of a valid form."""
        return FORMATS[self.cleaned_data["format"]]

    @property
    def options(self) -> ExportOptions:
        """The rest of it."""
        said = self.cleaned_data
        profile = SubtitleProfile(
            max_characters=said["max_characters"],
            max_lines=said["max_lines"],
            min_duration_ms=round(said["min_duration"] * 1000),
            max_duration_ms=round(said["max_duration"] * 1000),
            characters_per_second=said["characters_per_second"],
            min_gap_ms=said["min_gap_ms"],
        )
        return ExportOptions(
            profile=None if said["as_segments"] else profile,
            **{name: said[name] for name in ("speakers", "timestamps", "provenance")},
        )

    @property
    def query(self) -> str:
        """A valid form as the query of an address; a box that is not ticked is left out, as browsers do."""
        said = ((name, "on" if value is True else value) for name, value in self.cleaned_data.items())
        return urlencode([(name, value) for name, value in said if value is not False])

    @property
    def boxes(self) -> Iterator[dict[str, Any]]:
        """The boxes, each with the names of the formats that it is for and whether the chosen one is among them."""
        for name, formats in _FOR.items():
            yield {"field": self[name], "formats": " ".join(formats), "is_for": self._format in formats}

    @property
    def profile_fields(self) -> list[forms.BoundField]:
        """The figures that subtitles are cut by."""
        names = ("max_characters", "max_lines", "min_duration", "max_duration", "characters_per_second", "min_gap_ms")
        return [self[name] for name in names]

    @property
    def subtitle_formats(self) -> str:
        """The names of the formats that have subtitles."""
        return " ".join(_SUBTITLES)

    @property
    def is_for_subtitles(self) -> bool:
        """Whether the chosen format has them."""
        return self._format in _SUBTITLES

    @property
    def _format(self) -> str:
        return str(self["format"].value())
