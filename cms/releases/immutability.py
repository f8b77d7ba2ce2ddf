"""How does the database itself refuse to change what was released?

A migration that alters one of the tables must call ``install`` again at its end: SQLite drops a table's triggers when
it is rebuilt.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("releases_release", "releases_releaseasset", "releases_change")
_SENTENCE = "What was released never changes."


def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables refuse UPDATE and DELETE."""
    for statement in _statements(schema_editor.connection.vendor, _INSTALL):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Undo ``install``."""
    for statement in _statements(schema_editor.connection.vendor, _REMOVE):
        schema_editor.execute(statement, params=None)


def _statements(vendor: str, templates: dict[str, tuple[str, ...]]) -> list[str]:
    return [template.format(table=table, sentence=_SENTENCE) for table in TABLES for template in templates[vendor]]


_INSTALL = {
    "sqlite": tuple(
        f"CREATE TRIGGER IF NOT EXISTS {{table}}_no_{verb.lower()} BEFORE {verb} ON {{table}} "
        "BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE OR REPLACE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_frozen()",
    ),
}
_REMOVE = {
    "sqlite": ("DROP TRIGGER IF EXISTS {table}_no_update", "DROP TRIGGER IF EXISTS {table}_no_delete"),
    "postgresql": ("DROP TRIGGER IF EXISTS {table}_frozen ON {table}", "DROP FUNCTION IF EXISTS {table}_frozen()"),
}
