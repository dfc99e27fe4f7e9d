"""Names of files that are sent to a browser, made from titles that strangers chose."""

from __future__ import annotations

import re
import unicodedata

# Most file systems end at 255 bytes; the browser may add " (1)" and the extension follows.
_MOST_BYTES = 180
_MEDIA_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
# Characters that turn the reading direction make `exe.mp3` out of `3pm.exe`.
_DIRECTIONS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SEPARATORS = re.compile(r'[/\\:*?"<>|]')


def file_name(title: str, extension: str = "") -> str:
    """`title` as the name of a file, in any script: no path, no control characters, not too long, never empty.

    With an `extension` (without dot) it takes the place of the title's own.
    """
    readable = "".join(c for c in title if unicodedata.category(c) not in {"Cc", "Cs"} and c not in _DIRECTIONS)
    name = _SEPARATORS.sub("_", readable).strip(". ")
    if extension:
        name = _MEDIA_EXTENSION.sub("", name)
    name = name.encode()[:_MOST_BYTES].decode(errors="ignore").strip(". ") or "recording"
    return f"{name}.{extension}" if extension else name
