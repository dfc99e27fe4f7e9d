"""Triggers that make the audit trail append-only in the database itself, on SQLite and PostgreSQL.

They are put in place after every `migrate`, as the search index is: SQLite makes a changed table anew, without its
triggers. Against who owns the database nothing helps but a copy elsewhere (docs/security.md).
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction

from .models import AuditEntry

_TABLE = AuditEntry._meta.db_table
# Users and keys may be deleted: the references to them are emptied, and nothing else.
_REFERENCES = ("user_id", "api_key_id")
_WORDS = "Audit entries are never changed or deleted."


def ensure(*, using: str = "default", **_: Any) -> None:
    """Put the triggers in place. Receiver of `post_migrate`."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        # Those that the table has: it may be one of an earlier version, half way through the migrations.
        columns = [column.name for column in connection.introspection.get_table_description(cursor, _TABLE)]
        for statement in (*_lifting(connection.vendor), *_making(connection.vendor, columns)):
            cursor.execute(statement)


def lift(*, using: str = "default") -> None:
    """Take them away until the next `ensure`, for what empties whole databases."""
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in _lifting(connection.vendor):
            cursor.execute(statement)


def _unchanged(same: str, columns: list[str]) -> str:
    """A condition in SQL: this UPDATE only empties references. `same` compares two values, NULL included."""
    kept = [f'NEW."{column}" {same} OLD."{column}"' for column in columns if column not in _REFERENCES]
    emptied = [f'(NEW."{column}" {same} OLD."{column}" OR NEW."{column}" IS NULL)' for column in _REFERENCES]
    return " AND ".join([*kept, *emptied])


def _making(vendor: str, columns: list[str]) -> list[str]:
    if vendor == "sqlite":
        refusal = f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
        changed = f"NOT ({_unchanged('IS', columns)})"
        return [
            f'CREATE TRIGGER audit_no_update BEFORE UPDATE ON "{_TABLE}" WHEN {changed} {refusal}',
            f'CREATE TRIGGER audit_no_delete BEFORE DELETE ON "{_TABLE}" {refusal}',
        ]
    return [
        f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER audit_no_update BEFORE UPDATE ON "{_TABLE}" FOR EACH ROW
        WHEN (NOT ({_unchanged("IS NOT DISTINCT FROM", columns)})) EXECUTE FUNCTION audit_refuse()""",
        f'CREATE TRIGGER audit_no_delete BEFORE DELETE ON "{_TABLE}" FOR EACH ROW EXECUTE FUNCTION audit_refuse()',
        f'CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON "{_TABLE}" EXECUTE FUNCTION audit_refuse()',
    ]


def _lifting(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return ["DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"]
    return [f'DROP TRIGGER IF EXISTS audit_no_{verb} ON "{_TABLE}"' for verb in ("update", "delete", "truncate")]
