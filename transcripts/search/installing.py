"""Making the index, and making it anew.

The triggers are put in place after every `migrate`, not by a migration: on SQLite a migration that changes a table
makes a new one in its place, and the triggers are gone with the old one. What keeps the index true must not be lost to
a migration whose author never heard of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from transcripts.models import Passage, Recording, Segment
from transcripts.models.folding import fold

from .index import index

logger = logging.getLogger(__name__)

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Progress:
    """How many segments have been looked at, of how many."""

    done: int
    total: int


def ensure(*, using: str, **_: Any) -> None:
    """Make the index where it is missing or of another version. Receiver of `post_migrate`."""
    if not _is_migrated(using) or index(using).is_installed():
        return
    logger.info("Making the search index")
    for _progress in rebuild(using=using):
        pass


def remove(*, using: str) -> None:
    """Take the index away, for a migration back to before there was one."""
    index(using).remove()


def rebuild(*, resume: bool = False, using: str = "default") -> Iterator[Progress]:
    """Make the index anew, batch by batch, each in a transaction of its own; work goes on meanwhile.

    `resume` keeps what is indexed already and adds what is missing. Until the end not everything is found.
    """
    found = index(using)
    if not (resume and found.is_installed()):
        with transaction.atomic(using=using):
            found.remove()
            found.install()
    _fold_titles(using)
    found.fill_titles()
    total, done, last = Segment.objects.using(using).count(), 0, 0
    while batch := list(_segments(using).filter(pk__gt=last).order_by("pk")[:_BATCH]):
        with transaction.atomic(using=using):
            _fold_segments(batch, using)
            found.fill(batch[0].pk, batch[-1].pk)
        last, done = batch[-1].pk, done + len(batch)
        yield Progress(done, max(done, total))


def _segments(using: str) -> Any:
    return Segment.objects.using(using).only("pk", "text", "speaker", "folded_text", "folded_speaker")


def _fold_segments(batch: list[Segment], using: str) -> None:
    """Fold those again that another version has folded, or none."""
    changed = []
    for segment in batch:
        folded = fold(segment.text), fold(segment.speaker)
        if folded != (segment.folded_text, segment.folded_speaker):
            segment.folded_text, segment.folded_speaker = folded
            changed.append(segment)
    Segment.objects.using(using).bulk_update(changed, ["folded_text", "folded_speaker"], batch_size=200)


def _fold_titles(using: str) -> None:
    for recording in Recording.objects.using(using).only("pk", "title", "folded_title").iterator():
        if fold(recording.title) != recording.folded_title:
            recording.save(using=using, update_fields=["folded_title"])


def _is_migrated(using: str) -> bool:
    connection = connections[using]
    return Passage._meta.db_table in connection.introspection.table_names()
