"""Is a restore refused, before anything is changed, where it can't end well?"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from foundation.storage.errors import StoreUnavailable
from infra.transfer.backing_up import back_up
from infra.transfer.databases import writing
from infra.transfer.errors import NotEmpty, OtherVersion
from infra.transfer.installation import catalogues, in_folder
from infra.transfer.rest import SEND_AGAIN, Rest
from infra.transfer.restoring import restore
from infra.transfer.sources import LiveSource
from infra.transfer.targets import require_same_version
from tests.infra.transfer.conftest import Origin
from tests.infra.transfer.places import Told, ask, empty_folder


def test_a_backup_of_an_earlier_version_says_which_migration_it_lacks(origin: Origin) -> None:
    cms = catalogues()["cms"]
    newer = {"cms": replace(cms, newest=(*cms.newest, "films.9999_later"))}

    with pytest.raises(OtherVersion, match=r"without the migration films.9999_later of cms: restore it with that"):
        require_same_version(origin.archive, newer)
    with (
        pytest.raises(OtherVersion, match=r"lacks the migration films.9999_later"),
        LiveSource(origin.installation, catalogues() | newer, id="", made_at=""),
    ):
        pass


def test_a_backup_of_a_later_version_says_which_migration_is_unknown(origin: Origin) -> None:
    cms = catalogues()["cms"]
    older = {"cms": replace(cms, migrations=tuple(name for name in cms.migrations if name != "films.0001_initial"))}

    with pytest.raises(OtherVersion, match=r"with the migration films.0001_initial of cms: restore it with that"):
        require_same_version(origin.archive, older)


def test_a_place_in_which_another_transfer_has_begun_is_left_alone(origin: Origin, tmp_path: Path) -> None:
    place = empty_folder(tmp_path / "var")
    installation = in_folder(place)
    with closing(writing(installation.databases["newsletter"])) as writer:
        writer.begin("another", [])

    with pytest.raises(NotEmpty, match="Another transfer into the database of newsletter has not ended"):
        restore(origin.archive, installation, log=None, is_verifying=False, tell=Told())

    assert ask(installation, "cms", "SELECT count(*) FROM releases_release") == [(0,)]
    assert not place.held_file.exists()


def test_files_of_something_else_are_not_mixed_with_those_of_a_backup(origin: Origin, tmp_path: Path) -> None:
    place = empty_folder(tmp_path / "var")
    installation = in_folder(place)
    installation.stores()["public"].write("other/film.mp4", [b"film"])

    with pytest.raises(NotEmpty, match="The public store is not empty"):
        restore(origin.archive, installation, log=None, is_verifying=False, tell=Told())

    assert [found.key for found in installation.stores()["public"].keys("")] == ["other/film.mp4"]


def test_a_store_that_does_not_answer_leaves_no_half_backup(origin: Origin, tmp_path: Path) -> None:
    away = replace(origin.installation, storage="s3://key:secret@127.0.0.1:9/away?tls=no")

    with pytest.raises(StoreUnavailable):
        back_up(away, tmp_path / "backup", data=tmp_path, with_secrets=False, tell=Told())

    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_a_browser_sent_straight_to_the_store_begins_anew() -> None:
    direct = {"state": "receiving", "multipart_id": "x", "part_bytes": 5, "fingerprint": "f", "message": ""}
    through_us = {**direct, "multipart_id": "", "part_bytes": 0, "fingerprint": ""}
    before = dict(through_us)

    Rest("moved", "2026-11-21T22:45:11.123456Z").upload(direct)
    Rest("moved", "2026-11-21T22:45:11.123456Z").upload(through_us)

    assert direct == {
        "state": "refused", "multipart_id": "", "part_bytes": 0, "fingerprint": "", "message": SEND_AGAIN,
    }  # fmt: skip
    assert through_us == before
