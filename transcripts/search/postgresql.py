"""PostgreSQL: a `tsvector` beside each passage under a GIN index, kept by triggers.

The vectors are put together from folded words, past PostgreSQL's own parser and dictionaries. The speaker's words stand
in the same vector, marked with an @, which no folded word holds.
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
_PUT = (
    "INSERT INTO transcripts_passage (segment_id, transcript_id, start_ms, words)"
    " SELECT id, transcript_id, start_ms, search_words(folded_text) || search_words(folded_speaker, '@')"
)
_TAKE = "DELETE FROM transcripts_passage USING {rows} AS gone WHERE segment_id = gone.id;"
# event: (what the trigger is given, what it does)
_TRIGGERS = {
    "INSERT": ("NEW TABLE AS new_rows", f"{_PUT} FROM new_rows WHERE replaced_by_id IS NULL;"),
    "UPDATE": (
        "NEW TABLE AS new_rows",
        f"{_TAKE.format(rows='new_rows')} {_PUT} FROM new_rows WHERE replaced_by_id IS NULL;",
    ),
    "DELETE": ("OLD TABLE AS old_rows", _TAKE.format(rows="old_rows")),
}
_WORDS = """CREATE FUNCTION search_words(folded text, mark text DEFAULT '') RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(string_agg('''' || mark || word || ''':' || place, ' '), '')::tsvector
        FROM unnest(string_to_array(folded, ' ')) WITH ORDINALITY AS words (word, place)
    $$"""
# Without `fastupdate` an insert pays at once for what every search would pay for later.
_INDEXES = (
    "ALTER TABLE transcripts_passage ADD COLUMN words tsvector",
    "CREATE INDEX passage_words ON transcripts_passage USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX title_words ON transcripts_recording USING gin (search_words(folded_title)) WITH (fastupdate = off)",
)
_PLACES = "SELECT segment_id, transcript_id, start_ms"
# Passages with the words of a phrase that are looked through for each one that may be found.
_CANDIDATES_EACH = 5
# Checks that wait for the end of the transaction would keep its tables from being changed.
_SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"


class PostgresqlIndex:
    """The index in PostgreSQL."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def some(self, wanted: Wanted, most: int) -> list[Place] | None:
        """See `Index`.

        GIN knows no positions: for a phrase it finds all that hold its words. So many of those are looked through, and
        beyond them the words are common.
        """
        exact, loose = _match(wanted), _match(wanted, loose=True)
        candidates = most if exact == loose else _CANDIDATES_EACH * most
        sql = f"""WITH candidates AS MATERIALIZED (
                {_PLACES}, words FROM transcripts_passage WHERE words @@ %s::tsquery LIMIT %s
            ), counted AS (SELECT count(*) AS total FROM candidates)
            {_PLACES}, total FROM counted LEFT JOIN candidates ON words @@ %s::tsquery"""  # noqa: S608
        with self._connection.cursor() as cursor:
            cursor.execute(sql, [loose, candidates + 1, exact])
            rows = cursor.fetchall()
        found = [Place(*place) for *place, _ in rows if place[0] is not None]
        return found if rows[0][-1] <= candidates and len(found) <= most else None

    def within(self, wanted: Wanted, transcripts: Sequence[UUID], most: int, after: tuple[int, int]) -> list[Place]:
        """See `Index`. `IS TRUE` keeps the GIN index out of it: it would be walked whole for each transcript."""
        sql = f"""{_PLACES} FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (id, place)
            CROSS JOIN LATERAL (
                {_PLACES} FROM transcripts_passage
                WHERE transcript_id = wanted.id AND (words @@ %s::tsquery) IS TRUE AND (start_ms, segment_id) > (%s, %s)
                ORDER BY start_ms, segment_id LIMIT %s
            ) AS found ORDER BY place, start_ms, segment_id"""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, [list(transcripts), _match(wanted), *after, most])
            return [Place(*row) for row in cursor.fetchall()]

    def titled(self, rows: QuerySet[Transcript], query: Query) -> QuerySet[Transcript]:
        """See `Index`."""
        sql = (
            "transcripts_transcript.recording_id IN"
            " (SELECT id FROM transcripts_recording WHERE search_words(folded_title) @@ %s::tsquery)"
        )
        return rows.filter(RawSQL(sql, [_expression(query)], output_field=BooleanField()))  # noqa: S611

    def is_installed(self) -> bool:
        """See `Index`."""
        return set(self._ours()) == {f"{_NAME}_{event}".lower() for event in _TRIGGERS}

    def install(self) -> None:
        """See `Index`."""
        self._do(_SETTLE, _WORDS, *_INDEXES)
        for event, (given, what) in _TRIGGERS.items():
            name = f"{_NAME}_{event}"
            self._do(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what} RETURN NULL; END $$",
                f"CREATE TRIGGER {name} AFTER {event} ON transcripts_segment REFERENCING {given}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
            )

    def remove(self) -> None:
        """See `Index`."""
        self._do(_SETTLE, *(f"DROP FUNCTION {name}() CASCADE" for name in self._ours()))
        self._do("DROP INDEX IF EXISTS title_words", "DROP FUNCTION IF EXISTS search_words")
        self._do("ALTER TABLE transcripts_passage DROP COLUMN IF EXISTS words", "DELETE FROM transcripts_passage")

    def fill(self, first: int, last: int) -> None:
        """See `Index`. The segments are held still meanwhile: one that is replaced just now must not be put back."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"WITH held AS (SELECT * FROM transcripts_segment WHERE replaced_by_id IS NULL"  # noqa: S608
                f" AND id BETWEEN %s AND %s FOR SHARE) {_PUT} FROM held ON CONFLICT DO NOTHING",
                [first, last],
            )

    def fill_titles(self) -> None:
        """See `Index`. The index is over the recordings themselves."""

    def _ours(self) -> list[str]:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tgname FROM pg_trigger WHERE tgname ~ '^search[0-9]+_'")
            return [name for (name,) in cursor.fetchall()]

    def _do(self, *statements: str) -> None:
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _match(wanted: Wanted, *, loose: bool = False) -> str:
    parts = [_expression(wanted.query, loose=loose)] if wanted.query else []
    parts += [_expression(wanted.speaker, mark="@", loose=loose)] if wanted.speaker else []
    return " & ".join(f"({part})" for part in parts)


def _expression(query: Query, *, mark: str = "", loose: bool = False) -> str:
    """The query as a `tsquery`. Folded words hold neither quotation marks nor backslashes.

    `loose`: without the order of words, so that every passage that fits is among those found.
    """
    link = " & " if loose else " <-> "
    excluded = [term for term in query.excluded if not loose or len(term.words) == 1]
    found = " | ".join(f"({' & '.join(_phrase(term, link, mark) for term in terms)})" for terms in query.alternatives)
    return f"({found})" + "".join(f" & !{_phrase(term, link, mark)}" for term in excluded)


def _phrase(term: Term, link: str, mark: str) -> str:
    words = [f"'{mark}{word}'" for word in term.words]
    return f"({link.join(words)}{':*' if term.prefix else ''})"
