"""Is every table of every deployable carried over, or named as left out with a reason?"""

import sqlite3

import pytest

from infra.local.launcher.tables import DATABASES
from infra.transfer.installation import catalogues
from infra.transfer.left_out import LEFT_OUT, MADE_BY_MIGRATIONS
from infra.transfer.tables import DEPLOYABLES
from tests.infra.transfer.places import migrated_databases

OF_THE_DATABASE = ("sqlite_", "django_migrations")
LEFT_OUT_TABLES = ("django_session", "wagtailsearch_indexentry", "wagtailadmin_editingsession")


def tables_in(deployable: str) -> dict[str, int]:
    """Return how many rows each table of a freshly migrated database has."""
    database = sqlite3.connect(migrated_databases() / DATABASES[deployable])
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    database.close()
    return {name: rows for name, rows in found.items() if not name.startswith(OF_THE_DATABASE)}


@pytest.mark.parametrize("deployable", DEPLOYABLES)
def test_every_table_is_carried_over_or_left_out_for_a_reason(deployable: str) -> None:
    carried = {table.name for table in catalogues()[deployable].tables}
    left_out = {name for name in tables_in(deployable) if name.startswith(LEFT_OUT_TABLES)}

    assert carried | left_out == set(tables_in(deployable))
    assert not carried & left_out


@pytest.mark.parametrize("deployable", DEPLOYABLES)
def test_every_column_is_carried_over(deployable: str) -> None:
    database = sqlite3.connect(migrated_databases() / DATABASES[deployable])
    for table in catalogues()[deployable].tables:
        columns = {row[1] for row in database.execute(f'PRAGMA table_info("{table.name}")')}
        assert {column.name for column in table.columns} == columns, table.name
    database.close()


def test_every_reason_is_a_sentence_about_a_model_that_exists() -> None:
    assert len(LEFT_OUT) == 4
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())
    carried = {table.label for catalogue in catalogues().values() for table in catalogue.tables}
    assert not carried & LEFT_OUT.keys()


def test_the_tables_that_migrations_fill_are_known() -> None:
    filled = {name for deployable in DEPLOYABLES for name, rows in tables_in(deployable).items() if rows}

    assert {name for name in filled if not name.startswith(LEFT_OUT_TABLES)} == MADE_BY_MIGRATIONS
