"""HTTP byte ranges (RFC 9110, section 14), as far as players need them: one range at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Longer numbers are no file's; int() of a hostile one would be work.
_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range lies outside of the file: 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """From `start` to `end` in bytes, both included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Bytes in it."""
        return self.end - self.start + 1


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """The part of a file of `size` bytes that the Range header asks for; None means the whole file.

    A header that is malformed or names several ranges is ignored, as the RFC allows.

    Raises:
        Unsatisfiable: none of it lies within the file.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and first and int(last) < start:
        return None
    if start >= size or (not first and int(last) == 0):
        raise Unsatisfiable
    return ByteRange(start, end)
