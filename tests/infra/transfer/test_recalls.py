"""Does what was recalled after a backup stay recalled when the backup comes back?"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.places import Place
from infra.transfer import recalls
from infra.transfer.archive import Archive
from infra.transfer.backing_up import back_up, log_recalls
from infra.transfer.errors import TransferError
from infra.transfer.installation import Installation, in_folder
from infra.transfer.reading import ArchiveSource
from infra.transfer.recalls import LogAhead, LogDamaged
from infra.transfer.restoring import log_beside, restore
from infra.transfer.sources import Source
from tests.infra.transfer.conftest import Origin
from tests.infra.transfer.places import Told, answers_of, ask, empty_folder

STANDING = "SELECT key FROM releases_releaseasset WHERE release_id NOT IN (SELECT release_id FROM releases_withdrawal)"


@dataclass(frozen=True)
class LivedOn:
    """The installation a day after its backup: a comic was recalled, another one released and recalled.

    ``backup`` was being made when that happened: its rows are of before, its public files of after.
    """

    installation: Installation
    backup: Path


@pytest.fixture(scope="session")
def lived_on(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> LivedOn:
    assert origin.installation.place
    base = tmp_path_factory.mktemp("lived-on")
    place = Place(data=base / "var")
    shutil.copytree(origin.installation.place.data, place.data)
    installation, add_files = in_folder(place), Archive.add_files

    def meanwhile(archive: Archive, source: Source, store: str) -> int:
        if store == "private":
            installation.run("cms", "tests.infra.transfer.living_on")
        return add_files(archive, source, store)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "add_files", meanwhile)
        back_up(installation, base / "backups" / "second", data=place.data, with_secrets=False, tell=Told())
    return LivedOn(installation, base / "backups" / "second")


@pytest.fixture(scope="session")
def log(origin: Origin, lived_on: LivedOn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log beside the backups, brought up to date a day later."""
    path = tmp_path_factory.mktemp("log") / "recalls.jsonl"
    shutil.copyfile(origin.folder.parent / "recalls.jsonl", path)
    log_recalls(lived_on.installation, path, Told())
    return path


def test_a_recall_after_the_backup_is_repeated_by_the_restore(
    origin: Origin, lived_on: LivedOn, log: Path, tmp_path: Path
) -> None:
    installation, tell = in_folder(empty_folder(tmp_path / "var")), Told()

    restore(origin.archive, installation, log=recalls.read(log), is_verifying=True, tell=tell)

    answers = answers_of(installation)
    now_gone = {path for path, answer in answers.items() if answer[0] == 410 != origin.answers[path][0]}
    assert any(path.endswith("/releases/en/1") for path in now_gone)
    files = [path.removeprefix("/files/") for path in now_gone if path.startswith("/files/")]
    assert files
    assert not any(installation.stores()["public"].exists(key) for key in files)
    assert "Recalled again: 1 recalls that happened after the backup." in tell.text()
    assert tell.text().count("Don't release it again.") == 1
    _feed_goes_on_above_what_partners_have_seen(installation, lived_on.installation)


def _feed_goes_on_above_what_partners_have_seen(installation: Installation, lived_on: Installation) -> None:
    """A partner who asks with the last cursor it has seen hears of the tombstone; no number is given twice."""
    feed = "SELECT cursor, type FROM releases_change ORDER BY cursor"
    seen = max(int(str(cursor)) for cursor, _type in ask(lived_on, "cms", feed))
    news = [change for cursor, change in ask(installation, "cms", feed) if int(str(cursor)) > seen]
    numbers = "SELECT tool_id, locale, last_number FROM releases_edition ORDER BY tool_id, locale"

    assert news == ["recalled"]
    assert ask(installation, "cms", numbers) == ask(lived_on, "cms", numbers)


def test_a_recall_during_a_backup_is_repeated_by_its_restore(lived_on: LivedOn, tmp_path: Path) -> None:
    restored = in_folder(empty_folder(tmp_path / "var"))

    restore(ArchiveSource(lived_on.backup), restored, log=None, is_verifying=True, tell=Told())

    reasons = ask(restored, "cms", "SELECT reason FROM releases_recall ORDER BY position")
    assert reasons == [("Someone in it asked for it.",), ("A face can be seen.",)]
    assert ask(restored, "cms", STANDING) == []


def test_the_log_beside_the_backups_is_taken_by_itself(origin: Origin) -> None:
    found = log_beside(origin.folder, None)

    assert found is not None
    assert [next(iter(entry.keys() - {"cursor"})) for entry in found.entries] == [
        "released", "released", "released", "recalled",
    ]  # fmt: skip


def test_the_log_only_grows_and_mends_a_line_that_was_cut_off(
    origin: Origin, lived_on: LivedOn, log: Path, tmp_path: Path
) -> None:
    torn = tmp_path / "recalls.jsonl"
    torn.write_bytes(log.read_bytes()[:-20])

    log_recalls(lived_on.installation, torn, Told())
    log_recalls(lived_on.installation, torn, Told())

    assert torn.read_bytes() == log.read_bytes()
    assert log.read_bytes().startswith((origin.folder.parent / "recalls.jsonl").read_bytes())


def test_a_line_of_the_log_that_was_changed_is_found(log: Path, tmp_path: Path) -> None:
    changed = tmp_path / "recalls.jsonl"
    changed.write_bytes(log.read_bytes().replace(b"Too early.", b"Too late. ", 1))

    with pytest.raises(LogDamaged, match="line 7"):
        recalls.read(changed)


def test_an_installation_that_was_restored_without_its_log_does_not_write_to_it(
    origin: Origin, log: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "recalls.jsonl"
    shutil.copyfile(log, kept)

    with pytest.raises(LogAhead, match="was restored without this log"):
        log_recalls(origin.installation, kept, Told())

    assert kept.read_bytes() == log.read_bytes()


def test_the_log_of_another_installation_is_refused(origin: Origin, log: Path, tmp_path: Path) -> None:
    entries = [dict(entry) for entry in recalls.read(log).entries]
    entries[0]["released"] = {**entries[0]["released"], "locale": "xx"}
    other = recalls.parsed("".join(recalls.sealed(entries)).encode(), "other")

    with pytest.raises(TransferError, match="another installation"):
        restore(origin.archive, in_folder(Place(data=tmp_path / "var")), log=other, is_verifying=False, tell=Told())

    assert not (tmp_path / "var").exists()
