"""What people type, made fit to be stored: one line, no control characters, no more than a segment may hold."""

from __future__ import annotations

import re

from django.utils.translation import gettext_noop

from ..exports.text import clean
from .errors import BadEdit

# Ten times what fits into 30 seconds of fast speech.
TEXT_LENGTH = 5000
NAME_LENGTH = 100
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_CONTROLS_IN_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def one_line(text: str) -> str:
    """`text` without spaces around it. Raises `BadEdit` where it is too long or no text at all."""
    text = clean(_encodable(text))
    if len(text) > TEXT_LENGTH:
        raise BadEdit(gettext_noop("The text is too long for one segment. Split it first."))
    return text


def name(text: str) -> str:
    """A speaker's name; empty for nobody. Raises `BadEdit`."""
    text = clean(_encodable(text))
    if len(text) > NAME_LENGTH:
        raise BadEdit(gettext_noop("The name is too long."))
    return text


def pattern(text: str) -> str:
    """Something to look for, or to put in its place: spaces around it count. Raises `BadEdit`."""
    text = _CONTROLS.sub(" ", _encodable(text))
    if len(text) > TEXT_LENGTH:
        raise BadEdit(gettext_noop("The text to find or to put in its place is too long."))
    return text


def paragraphs(text: str) -> str:
    """Text of several lines, without control characters or spaces around it. Raises `BadEdit`."""
    return _CONTROLS_IN_LINES.sub("", _encodable(text).replace("\r\n", "\n")).strip()


def _encodable(text: str) -> str:
    """Halves of characters, which JSON lets pass, cannot be stored."""
    if _SURROGATES.search(text):
        raise BadEdit(gettext_noop("This is not text."))
    return text
