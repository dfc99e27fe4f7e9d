"""Rows in words and figures, for the templates of the pages and of the admin."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from transcripts import language_names, reasons
from transcripts.exports import Format
from transcripts.models import Recording, Transcript
from transcripts.progress import left_ms

register = template.Library()

# What the engine calls its doubts, in words for a reader. An unknown doubt is shown by its own name.
_DOUBTS = {
    "repetition": gettext_lazy("Repeats itself; the speaker may not have"),
    "possible_hallucination": gettext_lazy("May not have been said at all"),
    "music": gettext_lazy("Probably music"),
}
# The formats of exports, by their names.
FORMAT_LABELS = {
    "txt": gettext_lazy("Plain text"),
    "srt": gettext_lazy("SubRip subtitles"),
    "vtt": gettext_lazy("WebVTT subtitles"),
    "vtt-words": gettext_lazy("WebVTT with word times"),
    "vtt-highlight": gettext_lazy("WebVTT, word by word"),
    "tsv": gettext_lazy("Tab-separated table"),
    "csv": gettext_lazy("Spreadsheet (CSV)"),
    "json": gettext_lazy("JSON with words"),
    "docx": gettext_lazy("Word document"),
    "md": gettext_lazy("Markdown"),
}


@register.filter
def clock(milliseconds: int | None) -> str:
    """`3:42`, `1:02:03`; a dash while the length is unknown."""
    if milliseconds is None:
        return "–"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def time_taken(milliseconds: int) -> str:
    """`0.3 s`, and as a clock from a minute on."""
    return f"{milliseconds / 1000:.1f} s" if milliseconds < 60_000 else clock(milliseconds)


@register.filter
def roughly(milliseconds: int) -> str:
    """`less than a minute`, `7 min`, `2 h 40 min`, `3 h`: a guess is not told to the second."""
    minutes = round(milliseconds / 60_000)
    if minutes < 1:
        return _("less than a minute")
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


@register.filter
def time_left(transcript: Transcript) -> int | None:
    """Milliseconds of work left of a row of the library, which brings its running attempt; None if nobody can tell."""
    attempts = getattr(transcript, "running_attempts", ())
    return left_ms(transcript, attempt=attempts[0]) if attempts else None


@register.filter
def seconds(milliseconds: int) -> str:
    """`12.3` for 12,300 ms, exact and with a point in every locale: the `t` of an address."""
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}".rstrip("0").rstrip(".")


@register.filter
def language_name(code: str) -> str:
    """`Spanish` for `es`, in the reader's language."""
    return language_names.local_name(code)


@register.filter
def model_name(run: Transcript) -> str:
    """The model that hears a run or, before it begins, the one that was asked for; empty where nobody knows yet."""
    return run.model or str(run.options.get("model", ""))


@register.filter
def told(reason: str) -> str:
    """Why a recording failed, as its row keeps it, in the reader's language."""
    return reasons.translated(reason)


@register.filter
def percent(share: float) -> int:
    """`42` for 0.429: rounded down, so that 100 means done."""
    return int(share * 100)


@register.filter
def sender(recording: Recording) -> str:
    """Who brought it: a person, a key, or a client of a trusted network."""
    if recording.owner is not None:
        return recording.owner.get_full_name() or recording.owner.get_username()
    return recording.api_key.name if recording.api_key is not None else _("trusted network")


@register.filter
def format_label(format: Format) -> str:
    """A format of exports in words."""
    return str(FORMAT_LABELS.get(format.name, format.name))


@register.filter
def doubt(flag: str) -> str:
    """A segment's flag in words."""
    return str(_DOUBTS.get(flag, flag.replace("_", " ").capitalize()))
