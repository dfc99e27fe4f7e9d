"""The queue in words."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from transcripts.models import Failure, Priority, Transcript

from .presentation import roughly

register = template.Library()


@register.filter
def sooner(transcript: Transcript) -> Priority | None:
    """The priority that goes before its own."""
    return Priority(transcript.priority).sooner


@register.filter
def later(transcript: Transcript) -> Priority | None:
    """The priority that goes after its own."""
    return Priority(transcript.priority).later


@register.filter
def from_now(at: datetime, now: datetime) -> str:
    """`in 12 min`: a guess, never told to the second."""
    milliseconds = round((at - now).total_seconds() * 1000)
    if milliseconds < 1000:
        return _("now")
    return _("in %(time)s") % {"time": roughly(milliseconds)}


@register.filter
def since(at: datetime, now: datetime) -> str:
    """`12 min`: how long ago that was."""
    return roughly(max(round((now - at).total_seconds() * 1000), 0))


@register.filter
def failure_in_words(kind: str) -> str:
    """`the recording cannot be read`."""
    words = str(Failure(kind).label) if kind else _("The reason was not noted")
    return words[:1].lower() + words[1:]
