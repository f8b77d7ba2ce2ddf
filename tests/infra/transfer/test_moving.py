"""Does an installation come to PostgreSQL and S3 whole, also when the move is killed again and again?"""

import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from foundation.storage.s3 import S3Store
from infra.local.launcher.claim import CannotStart, claimed, require_not_held
from infra.local.places import Place
from infra.transfer.backing_up import back_up
from infra.transfer.errors import NotEmpty
from infra.transfer.installation import STORES, Installation, catalogues
from infra.transfer.moving import move
from infra.transfer.postgres import PostgresWriter
from infra.transfer.reading import ArchiveSource
from tests.infra.transfer.conftest import Origin
from tests.infra.transfer.killing import is_running, killed, wait_for
from tests.infra.transfer.places import Told, answers_of, ask, empty_postgres
from tests.servers.seaweedfs import SeaweedFS

POINTS = (
    (PostgresWriter, "begin", 2),  # the first database is ready, the second is not
    (PostgresWriter, "note", 60),  # rows are written and not committed
    (PostgresWriter, "insert", 1),
    (PostgresWriter, "complete", 2),  # foreign keys hold again in the first database
    (S3Store, "write", 3),
    (S3Store, "write", 9),
    (PostgresWriter, "forget", 2),  # all is compared, and the first database has forgotten
)


@dataclass(frozen=True)
class Moved:
    place: Place
    target: Installation
    told: str
    kills: int


@pytest.fixture(scope="session")
def moved(origin: Origin, postgres_url: str, s3_server: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> Moved:
    assert origin.installation.place
    place = Place(data=tmp_path_factory.mktemp("moved") / "var")
    shutil.copytree(origin.installation.place.data, place.data)
    (place.data / "launcher.lock").touch()
    target = Installation(empty_postgres(postgres_url), s3_server.url("moved"))
    catalogues()  # asked once, not in every process that will be killed
    kills = sum(killed(lambda: move(place, target, Told()), *point[:2], at=point[2]) for point in POINTS)
    tell = Told()
    move(place, target, tell)
    return Moved(place, target, tell.text(), kills)


def test_the_partner_api_answers_the_same_bytes_after_a_move_killed_at_every_step(origin: Origin, moved: Moved) -> None:
    assert moved.kills == len(POINTS)
    assert answers_of(moved.target) == origin.answers


def test_foreign_keys_hold_again_after_a_move(moved: Moved) -> None:
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"

    assert ask(moved.target, "newsletter", keys) == [(13,)]
    assert ask(moved.target, "cms", "SELECT count(*) FROM pg_tables WHERE tablename = 'make_it_safe_transfer'") == [
        (0,)
    ]


def test_the_values_to_set_are_named_without_passwords(moved: Moved) -> None:
    assert f"DATABASE_URL={moved.target.databases['newsletter']}" in moved.told
    assert f"ADDRESS_HASH_KEY=  address_hash_key in {moved.place.secrets_file}" in moved.told
    assert "secret-of-the-tests" not in moved.told


def test_what_was_moved_does_not_start_again(moved: Moved) -> None:
    with claimed(moved.place), pytest.raises(CannotStart, match="was moved to"):
        require_not_held(moved.place)


def test_a_second_move_to_the_same_place_is_refused(moved: Moved) -> None:
    with pytest.raises(NotEmpty, match="is not empty"):
        move(moved.place, moved.target, Told())


def test_a_backup_of_postgresql_and_s3_holds_the_same_files(origin: Origin, moved: Moved, tmp_path: Path) -> None:
    back_up(moved.target, tmp_path / "b", data=tmp_path, with_secrets=False, tell=Told())
    archive = ArchiveSource(tmp_path / "b")

    archive.check(Told())

    for store in STORES:
        assert list(archive.files(store)) == list(origin.archive.files(store))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_what_a_killed_transfer_had_started_ends_with_it(origin: Origin, tmp_path: Path) -> None:
    told = tmp_path / "pid"
    transfer = os.fork()
    if transfer == 0:
        origin.installation.run("newsletter", "tests.infra.transfer.lingering", given=str(told))
    started = wait_for(lambda: int(told.read_text() or 0) if told.exists() else 0)

    os.kill(transfer, signal.SIGKILL)
    os.waitpid(transfer, 0)

    assert wait_for(lambda: not is_running(started))
