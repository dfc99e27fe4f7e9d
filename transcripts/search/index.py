"""What the search asks of a database, and which database it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from transcripts.models import Transcript

from .query import Query


class Place(NamedTuple):
    """A passage that was found."""

    segment_id: int
    transcript_id: UUID
    start_ms: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a passage must hold, and whose words it must be (all of `speaker`'s terms; none: anybody's)."""

    query: Query
    speaker: Query


class Index(Protocol):
    """A full-text index over passages and titles. Everything that it is handed is folded."""

    def some(self, wanted: Wanted, most: int) -> list[Place] | None:
        """All passages of the hub that fit, whoever may see them; None if there are (or may be) more than `most`."""
        ...

    def within(self, wanted: Wanted, transcripts: Sequence[UUID], most: int, after: tuple[int, int]) -> list[Place]:
        """The passages of each of these transcripts, in the order of its time and at most `most` of each.

        `after`: (start in ms, segment id) behind which they begin, in every transcript.
        """
        ...

    def titled(self, rows: QuerySet[Transcript], query: Query) -> QuerySet[Transcript]:
        """Those of `rows` whose recording's title fits."""
        ...

    def is_installed(self) -> bool:
        """Whether the index and all that keeps it up to date is there, as this version wants it."""
        ...

    def install(self) -> None:
        """Make it, empty."""
        ...

    def remove(self) -> None:
        """Take all of it away, of whatever version."""
        ...

    def fill(self, first: int, last: int) -> None:
        """Index the current segments with an id from `first` to `last` that are not indexed."""
        ...

    def fill_titles(self) -> None:
        """Index the titles that are not indexed."""
        ...


def index(using: str = "default") -> Index:
    """The index of a database, by its kind."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        from .postgresql import PostgresqlIndex

        return PostgresqlIndex(connection)
    from .sqlite import SqliteIndex

    return SqliteIndex(connection)
