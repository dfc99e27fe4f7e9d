"""`Upload-Metadata`: pairs of a name and a value in base64, with commas between; among them the order."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from difflib import get_close_matches

from transcripts.errors import BadOptions
from transcripts.orders import NAMES, order
from transcripts.recordings import readable

NAME_LENGTH = 500
# What clients of the protocol send of themselves about a file; the first that has a value is its name.
_FILE_NAMES = ("filename", "name")
_ABOUT_FILES = frozenset({*_FILE_NAMES, "filetype", "type", "relativePath", "contentType"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the sender said of the file. `header` as it was sent."""

    header: str = ""
    filename: str = ""
    options: dict[str, str] = field(default_factory=dict)


def read(header: str) -> Metadata:
    """Read it and check the order in it.

    Raises:
        BadOptions: not of the form, a name that nobody knows, or an order that cannot be.
    """
    said = _pairs(header)
    if unknown := said.keys() - NAMES - _ABOUT_FILES:
        name = min(unknown)
        near = get_close_matches(name, NAMES, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise BadOptions(f"Upload-Metadata: there is no option {name[:60]!r}.{hint}")
    options = {name: value for name, value in said.items() if name in NAMES}
    order(options)
    filename = next((said[name] for name in _FILE_NAMES if said.get(name)), "")
    return Metadata(header, readable(filename.replace("\\", "/").rpartition("/")[2])[:NAME_LENGTH], options)


def _pairs(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, map(str.strip, header.split(","))):
        name, _, value = pair.partition(" ")
        if name in found:
            raise BadOptions(f"Upload-Metadata names {name[:60]!r} twice.")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise BadOptions(f"Upload-Metadata: the value of {name[:60]!r} is not UTF-8 text in base64.") from error
    return found
