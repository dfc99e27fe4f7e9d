"""The database as one file: copied at one moment while others write, and put back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction

from transcripts.models import Recording

from .archive import BackupError

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


@contextmanager
def copied(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The copy, and the names of the media that the very same rows name.

    Raises:
        BackupError: it cannot be copied.
    """
    target = folder / NAMES[connection.vendor]
    yield target, _copy_sqlite(target) if connection.vendor == "sqlite" else _copy_postgresql(target)


def put_back(source: Path, tables: Sequence[str]) -> None:
    """Make the database what `source` is, whatever it was before. Nobody else may use it meanwhile.

    Raises:
        BackupError: it cannot be done.
    """
    if connection.vendor == "sqlite":
        _put_back_sqlite(source)
    else:
        _put_back_postgresql(source, tables)
    connections.close_all()


def _copy_sqlite(target: Path) -> list[str]:
    """By SQLite's own online backup: all pages in one step, of one moment; in WAL mode writers go on meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three
        return [name for (name,) in copy.execute("SELECT file FROM transcripts_recording WHERE file <> ''")]


def _copy_postgresql(target: Path) -> list[str]:
    """By pg_dump, in the snapshot of a transaction in which we read too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"
        )
        return list(Recording.objects.exclude(file="").values_list("file", flat=True))


def _put_back_sqlite(source: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
        if verdict != "ok":
            raise BackupError(f"The database in the archive is damaged: {verdict}")
        connection.ensure_connection()
        copy.backup(connection.connection)


def _put_back_postgresql(source: Path, tables: Sequence[str]) -> None:
    """Tables of later versions first: they refer to the others, which could not be replaced then."""
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - set(tables):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
    connections.close_all()  # our own locks would be in the way
    database = f"--dbname={connection.settings_dict['NAME']}"
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        database,
        str(source),
    )


def _run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL's, with our connection. The password goes by the environment: others see commands."""
    try:
        subprocess.run(  # noqa: S603  # PostgreSQL's own programs, with arguments of ours
            [program, *arguments], env=os.environ | _environment(), check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"{program} is not installed: apt install postgresql-client, as new as the server."
        ) from error
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} failed: {error.stderr.strip()}") from error


def _environment() -> dict[str, str]:
    set_to: dict[str, Any] = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    found = {variable: str(set_to[name]) for name, variable in names.items() if set_to.get(name)}
    options = set_to.get("OPTIONS", {})
    return found | {variable: str(options[name]) for name, variable in _OPTIONS.items() if name in options}
