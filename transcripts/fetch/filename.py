"""The name under which a download is shown. For display only: nothing may be stored or opened under it."""

import re
import unicodedata
from email.message import Message
from email.utils import collapse_rfc2231_value
from pathlib import PurePosixPath
from urllib.parse import unquote

MAX_NAME_LENGTH = 120
FALLBACK_NAME = "download"
# An honest header is a few dozen characters; the standard library's parser takes quadratic time on hostile ones.
_MAX_HEADER_LENGTH = 1000
_MAX_SUFFIX_LENGTH = 12


def display_name(content_disposition: str | None, path: str) -> str:
    """Return a file name of 1–120 printable characters without any folder.

    Args:
        content_disposition: the header as `http.client` gives it (bytes read as Latin-1), RFC 6266 and RFC 2231.
        path: the path of the URL, percent-encoded; used when the header names nothing.
    """
    for candidate in (_from_header(content_disposition or ""), unquote(path)):
        name = _cleaned(candidate)
        if name:
            return _shortened(name)
    return FALLBACK_NAME


def _from_header(header: str) -> str:
    if len(header) > _MAX_HEADER_LENGTH:
        return ""
    message = Message()
    message["Content-Disposition"] = header
    try:
        parameters = message.get_params([], header="Content-Disposition")
        # The extended form, filename*, comes last in this list and is the one to prefer (RFC 6266, section 4.3).
        names = [collapse_rfc2231_value(value) for key, value in parameters if key.lower() == "filename"]
    except ValueError:  # an encoding named in the header that cannot decode what follows
        return ""
    name = names[-1] if names else ""
    try:
        return name.encode("latin-1").decode()  # many servers send UTF-8 without saying so
    except UnicodeError:
        return name


def _cleaned(name: str) -> str:
    """Keep the last part of a path, without control and format characters (such as the right-to-left override)."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(char for char in last if not unicodedata.category(char).startswith("C"))
    return " ".join(printable.split()).strip(". ")


def _shortened(name: str) -> str:
    if len(name) <= MAX_NAME_LENGTH:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix) > _MAX_SUFFIX_LENGTH:
        suffix = ""
    return name[: MAX_NAME_LENGTH - len(suffix)] + suffix
