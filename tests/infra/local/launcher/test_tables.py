"""Are migrations run when they are due, and only then?"""

import sqlite3
from pathlib import Path

import pytest

from infra.local.launcher.processes import environments
from infra.local.launcher.tables import DATABASES, _state, applied, is_up_to_date, migrations
from infra.local.places import Place
from infra.local.secrets import make_secrets


def a_database(path: Path, *, rows: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO django_migrations VALUES (?)", [(number,) for number in range(rows)])
    connection.commit()
    connection.close()


@pytest.fixture
def migrated(folder: Path) -> Place:
    """A folder in which every deployable has been migrated."""
    for deployable, name in DATABASES.items():
        a_database(folder / name, rows=3)
        (folder / f"tables-{deployable}.txt").write_text(_state(folder, deployable))
    return Place(data=folder)


def due(place: Place) -> list[str]:
    return [process.name for process in migrations(place, environments(place, make_secrets()))]


def test_an_empty_folder_needs_all_tables(folder: Path) -> None:
    assert due(Place(data=folder)) == ["cms-tables", "newsletter-tables", "transcoder-tables"]


def test_nothing_is_done_when_nothing_changed(migrated: Place) -> None:
    assert due(migrated) == []


def test_a_database_that_was_removed_is_made_again(migrated: Place) -> None:
    (migrated.data / "newsletter.sqlite3").unlink()

    assert due(migrated) == ["newsletter-tables"]


def test_a_backup_put_in_its_place_is_brought_up_to_date(migrated: Place) -> None:
    (migrated.data / "cms.sqlite3").unlink()
    a_database(migrated.data / "cms.sqlite3", rows=2)

    assert due(migrated) == ["cms-tables"]


def test_a_file_that_is_no_database_is_left_to_the_migration(folder: Path) -> None:
    (folder / "cms.sqlite3").write_text("not a database")

    assert applied(folder / "cms.sqlite3") is None
    assert not is_up_to_date(folder, "cms")
