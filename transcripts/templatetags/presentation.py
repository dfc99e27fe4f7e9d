"""Rows in words and figures, for the templates of the pages and of the admin."""

from __future__ import annotations

from typing import Any

from django import template

from transcripts import languages
from transcripts.models import Recording, Segment

register = template.Library()

# What the engine calls its doubts, in words for a reader. An unknown doubt is shown by its own name.
_DOUBTS = {
    "repetition": "Repeats itself; the speaker may not have",
    "possible_hallucination": "May not have been said at all",
    "music": "Probably music",
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
def seconds(milliseconds: int) -> str:
    """`12.3` for 12,300 ms, exact and with a point in every locale: the `t` of an address."""
    return f"{milliseconds // 1000}.{milliseconds % 1000:03}".rstrip("0").rstrip(".")


@register.filter
def language_name(code: str) -> str:
    """`Spanish` for `es`."""
    return languages.language_name(code)


@register.filter
def percent(share: float) -> int:
    """`42` for 0.429: rounded down, so that 100 means done."""
    return int(share * 100)


@register.filter
def sender(recording: Recording) -> str:
    """Who brought it: a person, a key, or a client of a trusted network."""
    if recording.owner is not None:
        return recording.owner.get_full_name() or recording.owner.get_username()
    return recording.api_key.name if recording.api_key is not None else "trusted network"


@register.filter
def doubt(flag: str) -> str:
    """A segment's flag in words."""
    return _DOUBTS.get(flag, flag.replace("_", " ").capitalize())


@register.filter
def word_times(segment: Segment) -> str:
    """Where each word stands in the stripped text and when it is spoken: `offset length start_ms end_ms`, by commas.

    Offsets count UTF-16 units, as the browser's strings do. Empty where the words do not spell the text: then the
    segment can be played, but not its words.
    """
    text, found, position = segment.text.strip(), [], 0
    for word in segment.words:
        spelled = str(word["word"]).strip()
        start = text.find(spelled, position)
        if not spelled or start < 0:
            return ""
        found.append((start, len(spelled), word))
        position = start + len(spelled)
    return ",".join(_placed(text, start, length, word) for start, length, word in found)


def _placed(text: str, start: int, length: int, word: dict[str, Any]) -> str:
    offset, units = _utf16(text[:start]), _utf16(text[start : start + length])
    return f"{offset} {units} {word['start_ms']} {word['end_ms']}"


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
