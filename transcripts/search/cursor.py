"""Places between two pages of what was found. A client keeps them as they are and looks for no meaning in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from django.utils.translation import gettext as _

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_AHEAD = datetime(2999, 1, 1, tzinfo=UTC)
_FORM = re.compile(
    r"r(?P<skip>\d{1,6})|w(?P<at>\d{1,17})-(?P<id>[0-9a-f]{32})|p(?P<start>\d{1,18})-(?P<segment>\d{1,18})", re.ASCII
)


class UnknownCursor(ValueError):
    """No page begins there."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Behind so many recordings, the best first."""

    skip: int = 0

    def __str__(self) -> str:
        return f"r{self.skip}"


@dataclass(frozen=True, slots=True)
class Walked:
    """Behind this transcript, the newest first."""

    created_at: datetime
    id: UUID

    @classmethod
    def start(cls) -> Self:
        """Before the newest."""
        return cls(_FAR_AHEAD, UUID(int=0))

    def __str__(self) -> str:
        return f"w{(self.created_at - _EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"


@dataclass(frozen=True, slots=True)
class Passed:
    """Behind this passage of one transcript."""

    start_ms: int = -1
    segment_id: int = -1

    def __str__(self) -> str:
        return f"p{self.start_ms}-{self.segment_id}"


Cursor = Ranked | Walked | Passed


def parse(text: str | None) -> Cursor | None:
    """The reverse of `str`; None for None or nothing. Raises UnknownCursor for anything else."""
    if not text:
        return None
    match = _FORM.fullmatch(text)
    if match is None:
        raise UnknownCursor(_("This page of the search does not exist."))
    if match["skip"]:
        return Ranked(int(match["skip"]))
    if match["start"]:
        return Passed(int(match["start"]), int(match["segment"]))
    return Walked(_EPOCH + timedelta(microseconds=int(match["at"])), UUID(hex=match["id"]))
