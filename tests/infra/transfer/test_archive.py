"""Is damage to an archive found, wherever it is, and is a backup there only when it is whole?"""

import gzip
import hashlib
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.transfer import backing_up
from infra.transfer.archive import MANIFEST, Archive
from infra.transfer.errors import ArchiveDamaged, CannotWrite, TransferError
from infra.transfer.reading import ArchiveSource
from tests.infra.transfer.conftest import Origin
from tests.infra.transfer.places import Told


@pytest.fixture(scope="session")
def copy(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that tests damage and mend again."""
    made = tmp_path_factory.mktemp("copies") / "copy"
    shutil.copytree(origin.folder, made)
    return made


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def check(folder: Path) -> None:
    ArchiveSource(folder).check(Told())


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_bit_that_flips_anywhere_is_found(copy: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([path for path in files_in(copy) if path.stat().st_size]))
    content = file.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = content[place] ^ (1 << data.draw(st.integers(0, 7)))
    file.write_bytes(content[:place] + bytes([flipped]) + content[place + 1 :])

    try:
        with pytest.raises(ArchiveDamaged) as damaged:
            check(copy)
    finally:
        file.write_bytes(content)

    assert file.name in str(damaged.value) or file.name == "manifest.sha256"


def test_an_archive_that_is_whole_is_found_whole(copy: Path) -> None:
    check(copy)


@pytest.mark.parametrize("ending", [".jsonl.gz", ".png", MANIFEST, ".sha256", "private.jsonl"])
def test_a_file_that_is_cut_or_missing_is_found(copy: Path, ending: str) -> None:
    file = next(path for path in files_in(copy) if path.name.endswith(ending) and path.stat().st_size)
    content = file.read_bytes()
    for left in (content[:-1], None, content + b"\n"):
        file.unlink() if left is None else file.write_bytes(left)

        with pytest.raises(TransferError):
            check(copy)

        file.write_bytes(content)


def test_a_file_that_was_slipped_in_is_found(copy: Path) -> None:
    strange = copy / "files" / "public" / "strange.jpg"
    strange.write_bytes(b"")

    with pytest.raises(ArchiveDamaged, match="does not belong to this backup"):
        check(copy)

    strange.unlink()


def test_nobody_else_can_read_a_backup(origin: Origin) -> None:
    assert stat.S_IMODE(origin.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((origin.folder / "secrets.json").stat().st_mode) == 0o600


def test_a_folder_with_something_in_it_is_not_written_to(origin: Origin, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(CannotWrite, match="exists already"):
        backing_up.back_up(origin.installation, tmp_path, data=tmp_path / "var", with_secrets=False, tell=Told())

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_backup_that_runs_out_of_disk_leaves_nothing(
    origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Archive, "add_files", full)

    with pytest.raises(CannotWrite, match="The disk is full"):
        backing_up.back_up(origin.installation, tmp_path / "backup", data=tmp_path, with_secrets=False, tell=Told())

    assert list(tmp_path.iterdir()) == []


def test_the_rows_can_be_read_without_this_program(origin: Origin) -> None:
    table = next(table for table in origin.archive.tables("cms") if table.name == "releases_release")
    content = gzip.decompress((origin.folder / "databases" / "cms" / "releases_release.jsonl.gz").read_bytes())

    assert hashlib.sha256(content).hexdigest() == origin.archive.entry("cms", table.name)["sha256"]
    assert content.count(b"\n") == origin.archive.entry("cms", table.name)["rows"] == 3
