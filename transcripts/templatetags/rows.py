"""Rows of the library as HTML, kept: most of a page's work is fifty rows, and hardly one has changed since the last."""

from __future__ import annotations

import hashlib

from django import template
from django.core.cache import cache
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from transcripts.models import Transcript
from transcripts.web.following import version

from .presentation import sender

register = template.Library()

KEPT_SECONDS = 3600


@register.simple_tag(takes_context=True)
def row(context: Context, transcript: Transcript) -> SafeString:
    """The row of `transcript`. One that is open tells how long it may last, which changes while nothing happens."""
    if transcript.is_open:
        return _rendered(context, transcript)
    key = _key(context, transcript)
    kept: SafeString | None = cache.get(key)
    if kept is None:
        kept = _rendered(context, transcript)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _key(context: Context, transcript: Transcript) -> str:
    """Of all that such a row shows, and to whom."""
    recording = transcript.recording
    is_own = recording.owner_id == context["user"].pk
    of_the_row = (version(transcript), sender(recording), transcript.segment_count > 0, transcript.error)
    of_the_reader = (get_language(), context["manages_all"] or is_own, context["edits_all"] or is_own)
    asked = context["asked"].query if recording.tags.all() else ""  # its tags lead to the same list, narrowed
    shown = repr((recording.pk, of_the_row, of_the_reader, asked))
    return "row:" + hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()


def _rendered(context: Context, transcript: Transcript) -> SafeString:
    found = context.template.engine.get_template("web/parts/row.html")  # type: ignore[union-attr]  # it is rendering
    with context.push(transcript=transcript):
        return found.render(context)
