"""Does a backup come back whole, into either kind of installation?"""

import sqlite3
from pathlib import Path

import pytest

from infra.local.launcher.tables import DATABASES, is_up_to_date
from infra.local.places import Place
from infra.transfer.backing_up import back_up
from infra.transfer.errors import Different, NotEmpty
from infra.transfer.installation import STORES, Installation, in_folder
from infra.transfer.reading import ArchiveSource
from infra.transfer.rest import Resting
from infra.transfer.restoring import log_beside, restore, verify_only
from infra.transfer.tables import DEPLOYABLES
from tests.infra.transfer.conftest import Origin
from tests.infra.transfer.places import Told, answers_of, ask, empty_folder, empty_postgres


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return empty_folder(tmp_path_factory.mktemp("restored") / "var")


@pytest.fixture(scope="session")
def restored(origin: Origin, place: Place) -> Installation:
    installation = in_folder(place)
    tell = Told()
    restore(origin.archive, installation, log=log_beside(origin.folder, None), is_verifying=True, tell=tell)
    assert "All rows are the same." in tell.text()
    assert "All files are the same, byte by byte." in tell.text()
    return installation


def test_the_partner_api_answers_the_same_bytes_after_a_restore(origin: Origin, restored: Installation) -> None:
    answers = answers_of(restored)

    assert answers == origin.answers
    assert {status for status, _etag, _hash in answers.values()} == {200, 410}
    assert sum(path.startswith("/files/") for path in answers) > 5


def test_a_folder_that_was_restored_is_ready_to_be_started(restored: Installation, place: Place) -> None:
    assert not place.held_file.exists()
    assert all(is_up_to_date(place.data, deployable) for deployable in DEPLOYABLES)
    assert place.secrets_file.stat().st_mode & 0o777 == 0o600


def test_what_staff_search_in_is_built_anew(origin: Origin, restored: Installation) -> None:
    found = "SELECT count(*) FROM wagtailsearch_indexentry_fts WHERE title MATCH 'released'"

    assert ask(origin.installation, "cms", found) == [(0,)]  # its worker never ran
    assert ask(restored, "cms", found) == [(1,)]


def test_keys_of_rows_that_are_gone_are_not_given_again(origin: Origin, restored: Installation) -> None:
    made = ask(origin.installation, "cms", "SELECT seq FROM sqlite_sequence WHERE name = 'users_user'")

    assert ask(origin.installation, "cms", "SELECT count(*) FROM users_user") == [(0,)]
    assert ask(restored, "cms", "SELECT seq FROM sqlite_sequence WHERE name = 'users_user'") == made == [(1,)]


def test_a_second_restore_is_refused_and_changes_nothing(origin: Origin, restored: Installation) -> None:
    before = ask(restored, "cms", "SELECT count(*) FROM releases_release")

    with pytest.raises(NotEmpty, match="The database of cms is not empty"):
        restore(origin.archive, restored, log=None, is_verifying=False, tell=Told())

    assert ask(restored, "cms", "SELECT count(*) FROM releases_release") == before


def test_verifying_names_the_row_and_the_file_that_were_changed(
    origin: Origin, restored: Installation, place: Place
) -> None:
    verify_only(origin.archive, restored, Told())
    file = next(path for path in (place.data / "storage" / "public").rglob("*.*") if path.is_file())
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with sqlite3.connect(place.data / DATABASES["newsletter"]) as database:
        database.execute("UPDATE lists_subscriber SET country = 'BE' WHERE id = 7")

    with pytest.raises(Different) as different:
        verify_only(origin.archive, restored, Told())

    file.write_bytes(content)
    with sqlite3.connect(place.data / DATABASES["newsletter"]) as database:
        database.execute("UPDATE lists_subscriber SET country = '' WHERE id = 7")
    assert "newsletter: lists_subscriber differs in id 7: country." in str(different.value)
    assert f"{file.relative_to(place.data / 'storage' / 'public')} differs." in str(different.value)


def test_a_backup_of_sqlite_comes_back_on_postgresql(origin: Origin, postgres_url: str, tmp_path: Path) -> None:
    installation = Installation(empty_postgres(postgres_url), f"file://{tmp_path}/storage")
    tell = Told()

    restore(origin.archive, installation, log=None, is_verifying=True, tell=tell)

    assert "All rows are the same." in tell.text()
    assert ask(installation, "cms", "SELECT last_value, is_called FROM users_user_id_seq") == [(1, True)]
    assert ask(installation, "cms", "SELECT count(*) FROM pg_tables WHERE tablename LIKE '%transfer%'") == [(0,)]

    _a_backup_of_it_holds_the_same_rows(installation, origin, tmp_path)


def _a_backup_of_it_holds_the_same_rows(installation: Installation, origin: Origin, tmp_path: Path) -> None:
    """Row by row the lines are those that came from SQLite."""
    back_up(installation, tmp_path / "again", data=tmp_path / "stamp", with_secrets=False, tell=Told())
    ours, theirs = ArchiveSource(tmp_path / "again"), Resting(origin.archive, "restored")
    ours.check(Told())

    for deployable in DEPLOYABLES:
        for table in theirs.tables(deployable):
            assert list(ours.rows(deployable, table)) == list(theirs.rows(deployable, table)), table.name
    for store in STORES:
        assert list(ours.files(store)) == list(origin.archive.files(store))
    assert (tmp_path / "stamp" / "last-backup.json").exists()


def test_what_the_backup_says_names_every_deployable_and_store(origin: Origin) -> None:
    assert [line.partition(":")[0] for line in origin.told.splitlines()[:5]] == [
        "cms", "newsletter", "transcoder", "private files", "public files",
    ]  # fmt: skip
    assert ArchiveSource(origin.folder).manifest["missing"] == []
