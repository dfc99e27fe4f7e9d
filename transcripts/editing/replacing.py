"""Find and replace over a whole text: what it would do, and doing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop

from ..access import Actor
from ..models import Edit, Transcript
from .errors import BadEdit
from .journal import Edited, opened
from .lines import one_line, pattern
from .texts import reworded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to find, literally, and what to put in its place."""

    find: str
    replace: str
    match_case: bool = False
    whole_words: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One segment in which it was found, and what would become of its (stripped) text."""

    index: int
    start_ms: int
    before: str
    after: str


def preview_replace(transcript: Transcript, wanted: Wanted) -> Iterator[Match]:
    """The segments that `replace` would change, in order. One query.

    Raises:
        BadEdit: nothing to look for, or what cannot be looked for; raised by the call itself.
    """
    exchange = _exchange(wanted)
    rows = transcript.segments.current().values_list("index", "start_ms", "text")
    return (
        Match(index, start, text.strip(), after)
        for index, start, text in rows.iterator()
        if (after := exchange(text.strip())) != text.strip()
    )


def replace(transcript_id: UUID, wanted: Wanted, *, only: Collection[int] | None = None, actor: Actor) -> Edited:
    """Put it in the place of what is found, in all segments or `only` those of these indexes: one edit.

    It works on the text as it stands at this moment, so it is never in conflict.

    Raises:
        EditRefused: all of its kinds but `Conflict`.
    """
    exchange = _exchange(wanted)
    with opened(transcript_id, actor) as journal:
        current = journal.transcript.segments.current()
        texts = current.values_list("index", "text")
        found = {
            index: after
            for index, text in texts
            if (only is None or index in only) and (after := exchange(text.strip())) != text.strip()
        }
        instead_of = list(journal.current(found).values())
        if not instead_of:
            return journal.nothing([])
        rows = [reworded(row, found[row.index], journal.transcript, is_read=False) for row in instead_of]
        detail = {"find": wanted.find, "replace": wanted.replace}
        return journal.write(Edit.Kind.REPLACE, rows, instead_of=instead_of, detail=detail)


def _exchange(wanted: Wanted) -> Callable[[str], str]:
    find, instead = pattern(wanted.find), pattern(wanted.replace)
    if not find.strip():
        raise BadEdit(gettext_noop("Say what to find."))
    words = re.escape(find)
    if wanted.whole_words:
        words = rf"(?<!\w){words}(?!\w)"
    sought = re.compile(words, 0 if wanted.match_case else re.IGNORECASE)

    def exchange(text: str) -> str:
        after, count = sought.subn(lambda _: instead, text)
        return one_line(after) if count else text

    return exchange
