"""Does a person who makes a mistake learn what to do?"""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.commands import main
from infra.local.launcher.claim import claimed
from infra.local.launcher.run import run
from infra.local.places import Place
from infra.transfer.holding import hold
from tests.infra.transfer.conftest import Origin

NOWHERE = ("--to", "postgresql://me:geheim@127.0.0.1:9/{deployable}", "--storage", "file:///tmp/nowhere")


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(argv) == 1
    return capsys.readouterr().err.removeprefix("hub: ").strip()


def test_a_folder_that_is_no_backup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "restore", str(tmp_path)) == f"{tmp_path} is no backup: there is no manifest.json in it."


def test_a_data_folder_without_an_installation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is this the right data folder?" in said(capsys, "backup", str(tmp_path / "b"), "--data", str(tmp_path))
    assert "There is no installation in" in said(capsys, "move", "--data", str(tmp_path), *NOWHERE)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_named_without_the_password(
    origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    complaint = said(capsys, "restore", str(origin.folder), *NOWHERE)

    assert complaint.startswith("postgresql://me@127.0.0.1:9/cms can't be reached:")
    assert "geheim" not in complaint


@pytest.mark.parametrize(
    "databases",
    [
        ["postgresql://host/one"],
        ["cms=postgresql://host/a"],
        ["cms=postgresql://host/a", "newsletter=postgresql://host/a"],
    ],
)
def test_three_databases_are_asked_for(
    databases: list[str], origin: Origin, capsys: pytest.CaptureFixture[str]
) -> None:
    complaint = said(capsys, "restore", str(origin.folder), "--storage", "file:///tmp/x", "--to", *databases)

    assert complaint.startswith("Three databases are needed: write one address with {deployable} in it")


def test_an_unknown_kind_of_database(origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    to = ("--to", "mysql://host/{deployable}", "--storage", "file:///tmp/x")

    assert "is no database we know" in said(capsys, "restore", str(origin.folder), *to)


def test_an_address_of_files_that_can_not_be_read(origin: Origin, capsys: pytest.CaptureFixture[str]) -> None:
    to = ("--to", "postgresql://host/{deployable}", "--storage", "s3://key:secret@host/x")

    assert said(capsys, "restore", str(origin.folder), *to).startswith("STORAGE_URL names no buckets")


def test_addresses_may_be_given_in_a_file(origin: Origin, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "where").write_text("\n".join(NOWHERE))

    assert "me@127.0.0.1:9/cms can't be reached" in said(capsys, "restore", str(origin.folder), f"@{tmp_path}/where")


def test_an_installation_that_runs_is_not_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place(data=tmp_path / "var")
    with claimed(place):
        assert "already running" in said(capsys, "move", "--data", str(place.data), *NOWHERE)


def test_what_a_transfer_needs_is_not_loaded_by_every_start_of_hub(repository: Path) -> None:
    loaded = "import infra.local.commands, sys; print([name for name in ('django', 'psycopg') if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", loaded], cwd=repository, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_what_is_half_restored_or_moved_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place(data=tmp_path)
    hold(place, "A restore into this folder has not ended: run it again.")

    assert run(place) == 1

    assert capsys.readouterr().err.startswith("hub: A restore into this folder has not ended: run it again. To start")
    assert {path.name for path in tmp_path.iterdir()} == {"held.txt", "launcher.lock"}
