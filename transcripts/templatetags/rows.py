"""Rows of the library as HTML, kept: most of a page's work is fifty rows, and hardly one has changed since the last."""

from __future__ import annotations

import hashlib

from django import template
from django.core.cache import cache
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from transcripts.models import Status, Transcript
from transcripts.web.following import version

from .presentation import sender

register = template.Library()

KEPT_SECONDS = 3600.0
RUNNING_SECONDS = 2.0
"""Of one that is being transcribed: it tells how long that may last, which changes while nothing happens."""


@register.simple_tag(takes_context=True)
def row(context: Context, transcript: Transcript, *, oob: bool = False) -> SafeString:
    """The row of `transcript`; `oob`: for the place in an open page where the row is already."""
    key = _key(context, transcript, oob=oob)
    kept: SafeString | None = cache.get(key)
    if kept is None:
        found = context.template.engine.get_template("web/parts/row.html")  # type: ignore[union-attr]  # it is rendering
        with context.push(transcript=transcript, oob=oob):
            kept = found.render(context)
        cache.set(key, kept, RUNNING_SECONDS if transcript.status == Status.RUNNING else KEPT_SECONDS)
    return kept


def _key(context: Context, transcript: Transcript, *, oob: bool) -> str:
    """Of all that such a row shows, and to whom."""
    recording = transcript.recording
    is_own = recording.owner_id == context["user"].pk
    of_the_row = (version(transcript), sender(recording), transcript.segment_count > 0, transcript.error)
    of_the_reader = (get_language(), context["manages_all"] or is_own, context["edits_all"] or is_own)
    asked = context["asked"].query if recording.tags.all() else ""  # its tags lead to the same list, narrowed
    shown = repr((recording.pk, of_the_row, of_the_reader, asked, oob))
    return "row:" + hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()
