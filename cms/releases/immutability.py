"""How does the database itself refuse to change what was released?

A migration that alters one of the tables must call ``install`` again at its end: SQLite drops a table's triggers when
it is rebuilt.
"""

from typing import Any, Literal

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("releases_release", "releases_releaseasset", "releases_change")
SENTENCE = "What was released never changes."
_STATEMENTS = {
    ("sqlite", "install"): tuple(
        f"CREATE TRIGGER IF NOT EXISTS {{table}}_no_{verb.lower()} BEFORE {verb} ON {{table}} "
        f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    ("sqlite", "remove"): ("DROP TRIGGER IF EXISTS {table}_no_update", "DROP TRIGGER IF EXISTS {table}_no_delete"),
    ("postgresql", "install"): (
        "CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE OR REPLACE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_frozen()",
    ),
    ("postgresql", "remove"): (
        "DROP TRIGGER IF EXISTS {table}_frozen ON {table}",
        "DROP FUNCTION IF EXISTS {table}_frozen()",
    ),
}


def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables refuse UPDATE and DELETE (for RunPython)."""
    for statement in statements(schema_editor.connection.vendor, "install"):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Undo ``install`` (for RunPython)."""
    for statement in statements(schema_editor.connection.vendor, "remove"):
        schema_editor.execute(statement, params=None)


def statements(vendor: str, what: Literal["install", "remove"]) -> list[str]:
    """Return the SQL for every table."""
    return [template.format(table=table) for table in TABLES for template in _STATEMENTS[vendor, what]]
