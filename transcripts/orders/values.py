"""Reading one value of an order. A form or a query brings text, JSON brings what it is; both are taken.

Every reader takes the caller's name of the value and the value, and raises `BadOptions` in words for what cannot be.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from transcripts import tags as tagging
from transcripts.errors import BadOptions
from transcripts.fetch import RefusedUrl
from transcripts.fetch.url import parse_url
from transcripts.language_names import code_of
from transcripts.languages import UnknownLanguage
from transcripts.recordings import TITLE_LENGTH, readable

TEXT_LENGTH = 4000
REFERENCE_LENGTH = 200
URL_LENGTH = 2000
METADATA_BYTES = 16 * 1024
# Four months: longer than any recording, short enough for every sum.
MOST_SECONDS = 10_000_000
MOST_DAYS = 36_500
# A null character as JSON writes it, and not a backslash before the letters u0000.
_NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_TRUE = {"true", "1", "yes", "on"}
_FALSE = {"false", "0", "no", "off", ""}


def text(name: str, value: object) -> str:
    """One value as text that every database can keep."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise BadOptions(_("%(name)s must be one value, not a list or an object.") % {"name": name})
    written = str(value)
    if "\x00" in written or not _is_unicode(written):
        raise BadOptions(_("%(name)s contains a character that no text can contain.") % {"name": name})
    return written


def boolean(name: str, value: object) -> bool:
    """`true`, `1`, `yes`, `on` and their opposites."""
    lowered = text(name, value).strip().lower()
    if lowered not in _TRUE | _FALSE:
        words = _("%(name)s must be true or false, not '%(text)s'.")
        raise BadOptions(words % {"name": name, "text": lowered[:40]})
    return lowered in _TRUE


def one_of(name: str, value: object, values: Iterable[str]) -> str:
    """One of `values`, spelled like it."""
    chosen, allowed = text(name, value), list(values)
    if chosen not in allowed:
        words = _("Unknown %(name)s '%(text)s'. Use one of: %(known)s.")
        raise BadOptions(words % {"name": name, "text": chosen[:40], "known": ", ".join(allowed)})
    return chosen


def language(name: str, value: object) -> str:
    """The code of a language written as a code, in English or as the reader calls it; else its near misses are told."""
    try:
        return code_of(text(name, value))
    except UnknownLanguage as error:
        raise BadOptions(str(error)) from error


def languages(name: str, value: object) -> list[str]:
    """Codes of a list, or of text with commas."""
    return list(dict.fromkeys(language(name, entry) for entry in entries(name, value)))


def entries(name: str, value: object) -> list[str]:
    """The entries of a list, or of text with commas, without blanks around them."""
    given = value if isinstance(value, list | tuple) else [value]
    return [entry.strip() for part in given for entry in text(name, part).split(",") if entry.strip()]


def short_text(name: str, value: object, longest: int) -> str:
    """Trimmed text of at most `longest` characters."""
    written = text(name, value).strip()
    if len(written) > longest:
        words = _("%(name)s is longer than %(most)d characters.")
        raise BadOptions(words % {"name": name, "most": longest})
    return written


def prose(name: str, value: object) -> str:
    """Text for the model to read."""
    return short_text(name, value, TEXT_LENGTH)


def title(name: str, value: object) -> str:
    """What a person calls the recording, on one line."""
    return short_text(name, readable(text(name, value)), TITLE_LENGTH)


def reference(name: str, value: object) -> str:
    """The sender's own id for it."""
    return short_text(name, value, REFERENCE_LENGTH)


def tags(name: str, value: object) -> list[str]:
    """Tags of a list, or of text with commas."""
    return tagging.names(",".join(entries(name, value)))


def number(name: str, value: object) -> float:
    """A finite number."""
    written = text(name, value)
    try:
        found = math.nan if isinstance(value, bool) else float(written)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        words = _("%(name)s must be a number, not '%(text)s'.")
        raise BadOptions(words % {"name": name, "text": written[:40]})
    return found


def moment(name: str, value: object) -> float:
    """Seconds from the beginning of a recording: in any that there is."""
    found = number(name, value)
    if found > MOST_SECONDS:
        raise BadOptions(f"{name} must be at most {MOST_SECONDS} seconds.")
    return found


def days(name: str, value: object) -> int:
    """A whole number of days, from 0 to a hundred years."""
    written = text(name, value).strip()
    is_short_number = written.isascii() and written.isdigit() and len(written) <= len(str(MOST_DAYS))
    if isinstance(value, bool) or not is_short_number or int(written) > MOST_DAYS:
        raise BadOptions(f"{name} must be a whole number of days from 0 to {MOST_DAYS}, not {written[:40]!r}.")
    return int(written)


def whole(name: str, value: object) -> int:
    """A whole number."""
    found = number(name, value)
    if found != int(found):
        raise BadOptions(f"{name} must be a whole number, not {text(name, value)[:40]!r}.")
    return int(found)


def share(name: str, value: object) -> float:
    """A number from 0 to 1."""
    found = number(name, value)
    if not 0 <= found <= 1:
        words = _("%(name)s must lie between 0 and 1, not '%(text)s'.")
        raise BadOptions(words % {"name": name, "text": text(name, value)[:40]})
    return found


def web_address(name: str, value: object) -> str:
    """An http or https address of good form; whether it may be called is asked when it is called."""
    url = short_text(name, value, URL_LENGTH)
    try:
        parse_url(url, settings.URL_ALLOWED_PORTS)
    except RefusedUrl as error:
        raise BadOptions(f"{name}: {error}") from error
    return url


def metadata(name: str, value: object) -> dict[str, Any]:
    """A JSON object, or the text of one. Kept and echoed as it is, so it must be what every database can keep."""
    refused = BadOptions(f"{name} must be a JSON object of plain values.")
    try:
        found = json.loads(value) if isinstance(value, str) else value
        written = json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise refused from error
    if not isinstance(found, dict) or _NULL.search(written) or not _is_unicode(written):
        raise refused
    if len(written.encode()) > METADATA_BYTES:
        raise BadOptions(f"{name} is larger than {METADATA_BYTES} bytes.")
    return found


def _is_unicode(written: str) -> bool:
    """Without lone surrogates: JSON can bring them, no database takes them."""
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return True
