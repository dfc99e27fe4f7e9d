"""What the library's address asks for: filters, order, place. `?status=failed&tag=board&sort=title&after=…`"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.translation import gettext as _

from transcripts import languages, tags
from transcripts.library import Filters, Place, Sort
from transcripts.models import Review, Status

# More than anybody clicks together; each costs a condition.
MOST_TAGS = 10
NAMES = ("status", "language", "review", "sender", "tag", "from", "to")
_NETWORK = "network"
# Not the one of the bin.
_ORDERS = {sort.name.lower(): sort for sort in (Sort.NEWEST, Sort.OLDEST, Sort.TITLE, Sort.LONGEST, Sort.SHORTEST)}


@dataclass(frozen=True, slots=True)
class Asked:
    """The address in our terms. `pairs` are the filters as they stand in it, the empty ones left out."""

    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.NEWEST
    after: Place | None = None
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        """Read it. Raises BadRequest for a value that cannot be; one that is merely nobody's finds nothing."""
        try:
            sort = _ORDERS[query.get("sort") or "newest"]
            after = query.get("after")
            return cls(_filters(query), sort, Place.parse(after, sort) if after else None, tuple(_pairs(query)))
        except (KeyError, ValueError) as error:
            raise BadRequest(_("This list does not exist.")) from error

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.pairs)

    @property
    def sender(self) -> str:
        """The filter of who sent it, as it stands in the address."""
        return dict(self.pairs).get("sender", "")

    @property
    def query(self) -> str:
        """The filters and the order, as a query string to which a place may be added."""
        return self._written(self.pairs)

    def without(self, pair: tuple[str, str]) -> str:
        """The same from its beginning, less one filter."""
        return self._written(other for other in self.pairs if other != pair)

    def _written(self, pairs: Iterable[tuple[str, str]]) -> str:
        ordered = [] if self.sort is Sort.NEWEST else [("sort", self.sort.name.lower())]
        return urlencode([*pairs, *ordered])


def _pairs(query: QueryDict) -> Iterator[tuple[str, str]]:
    for name in NAMES:
        for value in dict.fromkeys(query.getlist(name) if name == "tag" else [query.get(name, "")]):
            if value:
                yield name, value


def _filters(query: QueryDict) -> Filters:
    wanted = list(dict.fromkeys(filter(None, query.getlist("tag"))))
    if len(wanted) > MOST_TAGS or any(len(name) > tags.NAME_LENGTH or "\x00" in name for name in wanted):
        raise ValueError(wanted)
    status, language, review = (query.get(name, "") for name in ("status", "language", "review"))
    if language and language not in languages.NAMES:
        raise ValueError(language)
    return Filters(
        status=Status(status) if status else None,
        language=language,
        review=Review(review) if review else None,
        tags=tuple(wanted),
        since=_day(query.get("from", "")),
        until=_day(query.get("to", "")),
        **_sender(query.get("sender", "")),
    )


def _sender(text: str) -> dict[str, Any]:
    """`user-3`, `key-5` or `network`."""
    if text in ("", _NETWORK):
        return {"from_trusted_network": bool(text)}
    kind, _, number = text.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise ValueError(text)
    return {{"user": "owner", "key": "key"}[kind]: int(number)}


def _day(text: str) -> date | None:
    """A date that still has a day after it."""
    day = date.fromisoformat(text) if text else None
    if day is not None and not 1900 <= day.year <= 9000:
        raise ValueError(text)
    return day
