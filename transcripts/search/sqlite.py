"""SQLite: FTS5 tables beside the rows, kept by triggers.

`passage_words` holds no text of its own (`content=''`), so a row is taken out by naming the words that went in: they
stand in the segment, and an entry is there exactly while its `Passage` is. The tokenizer `ascii` leaves folded words as
they are: letters and digits, and everything beyond ASCII, belong to a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from transcripts.models import Transcript
from transcripts.models.folding import FOLDING

from .index import Place, Wanted
from .query import Query, Term

_NAME = f"search{FOLDING}"
_ENTRY = "SELECT {what}, id, folded_text, folded_speaker, transcript_id FROM transcripts_segment WHERE id = "
_PUT = "INSERT INTO transcripts_passage (segment_id, transcript_id, start_ms) SELECT id, transcript_id, start_ms"
_TRIGGERS = {
    "passage_added": f"""AFTER INSERT ON transcripts_passage BEGIN
        INSERT INTO passage_words (passage_words, rowid, words, speaker, transcript)
        {_ENTRY.format(what="NULL")} NEW.segment_id; END""",
    "passage_removed": f"""BEFORE DELETE ON transcripts_passage BEGIN
        INSERT INTO passage_words (passage_words, rowid, words, speaker, transcript)
        {_ENTRY.format(what="'delete'")} OLD.segment_id; END""",
    "segment_added": f"""AFTER INSERT ON transcripts_segment WHEN NEW.replaced_by_id IS NULL BEGIN
        {_PUT} FROM transcripts_segment WHERE id = NEW.id; END""",
    "segment_changing": """BEFORE UPDATE ON transcripts_segment BEGIN
        DELETE FROM transcripts_passage WHERE segment_id = OLD.id; END""",
    "segment_changed": f"""AFTER UPDATE ON transcripts_segment WHEN NEW.replaced_by_id IS NULL BEGIN
        {_PUT} FROM transcripts_segment WHERE id = NEW.id; END""",
    "segment_removed": """BEFORE DELETE ON transcripts_segment BEGIN
        DELETE FROM transcripts_passage WHERE segment_id = OLD.id; END""",
    "title_added": """AFTER INSERT ON transcripts_recording BEGIN
        INSERT INTO title_words (words, recording) VALUES (NEW.folded_title, NEW.id); END""",
    "title_changed": """AFTER UPDATE OF folded_title ON transcripts_recording BEGIN
        UPDATE title_words SET words = NEW.folded_title WHERE rowid IN
            (SELECT rowid FROM title_words WHERE title_words MATCH 'recording:' || NEW.id); END""",
    "title_removed": """AFTER DELETE ON transcripts_recording BEGIN
        DELETE FROM title_words WHERE rowid IN
            (SELECT rowid FROM title_words WHERE title_words MATCH 'recording:' || OLD.id); END""",
}
_TABLES = (
    "CREATE VIRTUAL TABLE passage_words USING fts5"
    "(words, speaker, transcript, content='', columnsize=0, tokenize='ascii', prefix='1 2 3')",
    "CREATE VIRTUAL TABLE title_words USING fts5(words, recording, columnsize=0, tokenize='ascii', prefix='1 2 3')",
)
_PLACES = "SELECT segment_id, transcript_id, start_ms FROM transcripts_passage"


class SqliteIndex:
    """The index in SQLite."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def some(self, wanted: Wanted, most: int) -> list[Place] | None:
        """See `Index`."""
        sql = f"{_PLACES} WHERE segment_id IN (SELECT rowid FROM passage_words WHERE passage_words MATCH %s LIMIT %s)"  # noqa: S608  # our own constant
        found = self._places(sql, [_match(wanted), most + 1])
        return found if len(found) <= most else None

    def within(self, wanted: Wanted, transcripts: Sequence[UUID], most: int, after: tuple[int, int]) -> list[Place]:
        """See `Index`. A query for each: there is no way there and back that would make it dear."""
        sql = (
            f"{_PLACES} WHERE segment_id IN (SELECT rowid FROM passage_words WHERE passage_words MATCH %s)"  # noqa: S608
            " AND (start_ms, segment_id) > (%s, %s) ORDER BY start_ms, segment_id LIMIT %s"
        )
        match = _match(wanted)
        return [
            place
            for transcript in transcripts
            for place in self._places(sql, [f'({match}) AND transcript : "{transcript.hex}"', *after, most])
        ]

    def titled(self, rows: QuerySet[Transcript], query: Query) -> QuerySet[Transcript]:
        """See `Index`."""
        sql = "transcripts_transcript.recording_id IN (SELECT recording FROM title_words WHERE title_words MATCH %s)"
        return rows.filter(RawSQL(sql, [_expression("words", query)], output_field=BooleanField()))  # noqa: S611

    def is_installed(self) -> bool:
        """See `Index`."""
        return set(self._ours()) == {f"{_NAME}_{name}" for name in _TRIGGERS}

    def install(self) -> None:
        """See `Index`."""
        self._do(*_TABLES, *(f"CREATE TRIGGER {_NAME}_{name} {what}" for name, what in _TRIGGERS.items()))

    def remove(self) -> None:
        """See `Index`."""
        self._do(*(f"DROP TRIGGER {name}" for name in self._ours()))
        self._do("DROP TABLE IF EXISTS passage_words", "DROP TABLE IF EXISTS title_words")
        self._do("DELETE FROM transcripts_passage")

    def fill(self, first: int, last: int) -> None:
        """See `Index`."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"{_PUT} FROM transcripts_segment WHERE replaced_by_id IS NULL AND id BETWEEN %s AND %s"  # noqa: S608
                " AND id NOT IN (SELECT segment_id FROM transcripts_passage WHERE segment_id BETWEEN %s AND %s)",
                [first, last, first, last],
            )

    def fill_titles(self) -> None:
        """See `Index`."""
        self._do(
            "INSERT INTO title_words (words, recording) SELECT folded_title, id FROM transcripts_recording"
            " WHERE id NOT IN (SELECT recording FROM title_words)"
        )

    def _ours(self) -> list[str]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'search[0-9]*_*'")
            return [name for (name,) in cursor.fetchall()]

    def _do(self, *statements: str) -> None:
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _places(self, sql: str, parameters: Sequence[str | int]) -> list[Place]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [Place(segment, UUID(transcript), start) for segment, transcript, start in cursor.fetchall()]


def _match(wanted: Wanted) -> str:
    return " AND ".join(
        f"({_expression(column, query)})"
        for column, query in (("words", wanted.query), ("speaker", wanted.speaker))
        if query
    )


def _expression(column: str, query: Query) -> str:
    """The query in the language of FTS5. Folded words hold neither quotation marks nor spaces."""
    found = " OR ".join(f"({' AND '.join(map(_phrase, terms))})" for terms in query.alternatives)
    without = f" NOT ({column} : ({' OR '.join(map(_phrase, query.excluded))}))" if query.excluded else ""
    return f"({column} : ({found})){without}"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'
