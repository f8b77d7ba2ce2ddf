"""Does ``./hub transcode FILE DIR`` leave a finished film or an empty folder, whatever happens?"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.contracts.transcoding import FilmManifest
from services.media_transcoder.cli import WORK, main
from services.media_transcoder.pipeline import refusals
from services.media_transcoder.pipeline.probe import sha256_of
from tests.services.media_transcoder import films
from tests.services.media_transcoder.waiting import is_alive, wait_until, wait_until_encoding

COMMAND = [sys.executable, "-m", "services.media_transcoder.cli"]


def test_the_folder_holds_what_the_manifest_says_and_nothing_else(plain_film: Path, plain_result: Path) -> None:
    manifest = FilmManifest.model_validate_json((plain_result / "manifest.json").read_bytes())

    files = {path.relative_to(plain_result).as_posix() for path in plain_result.rglob("*") if path.is_file()}
    assert files == {"manifest.json"} | {file.path for file in manifest.files}
    assert files >= {"hls/master.m3u8", "film.mp4", "poster.jpg", "storyboard.jpg"}
    for file in manifest.files:
        path = plain_result / file.path
        assert (sha256_of(path), path.stat().st_size) == (file.sha256, file.size_bytes)
    assert manifest.source_sha256 == sha256_of(plain_film)
    assert (manifest.width, manifest.height, manifest.duration_s, manifest.has_sound) == (640, 360, 9.0, True)
    assert [(made.name, made.width, made.height) for made in manifest.renditions] == [
        ("360p", 640, 360),
        ("270p", 480, 270),
    ]


def test_a_summary_is_printed(plain_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(plain_film), str(tmp_path / "film")]) == 0

    printed = capsys.readouterr()
    assert printed.err == ""  # no progress bar without a terminal
    assert printed.out.splitlines()[1].split()[:5] == ["360p", "640", "×", "360", "30"]
    assert "9.0 s of film in" in printed.out


def test_a_refused_film_leaves_an_empty_folder_and_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_text("Dear team, this is our film.\n")

    ended = subprocess.run([*COMMAND, str(source), str(tmp_path / "made")], capture_output=True, text=True, timeout=60)

    assert (ended.returncode, ended.stderr) == (2, f"{refusals.NOT_A_FILM}\n")
    assert list((tmp_path / "made").iterdir()) == []


def test_a_missing_film_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.mp4"), str(tmp_path / "made")]) == 2

    assert capsys.readouterr().err == f"{refusals.NOT_A_FILE}\n"
    assert list((tmp_path / "made").iterdir()) == []


def test_what_a_run_killed_while_publishing_left_is_replaced_by_the_next(
    plain_film: Path, plain_result: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    shutil.copytree(plain_result / "hls", made / "hls")
    (made / "hls" / "old.mp4").write_bytes(b"of another film")
    (made / WORK).mkdir()
    (made / WORK / "film").write_text("another film")

    assert main([str(plain_film), str(made)]) == 0

    assert {path.name for path in made.rglob("*")} == {path.name for path in plain_result.rglob("*")}


def test_a_missing_encoder_is_not_the_films_fault(
    plain_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--ffmpeg", "/nowhere/ffmpeg", str(plain_film), str(tmp_path / "made")]) == 1

    assert capsys.readouterr().err.startswith("There is no ffmpeg at /nowhere/ffmpeg: ")
    assert list((tmp_path / "made").iterdir()) == []


def test_a_folder_that_is_not_empty_is_left_alone(
    plain_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("keep me")

    assert main([str(plain_film), str(tmp_path)]) == 2

    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_finished_folder_is_not_overwritten(plain_film: Path, plain_result: Path) -> None:
    before = (plain_result / "manifest.json").stat().st_mtime_ns

    assert main([str(plain_film), str(plain_result)]) == 2

    assert (plain_result / "manifest.json").stat().st_mtime_ns == before


def test_a_full_disk_is_said_and_nothing_half_made_is_left(
    plain_film: Path, small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = small_disk / "film"

    assert main([str(plain_film), str(made)]) == 1

    assert (
        capsys.readouterr().err == f"The disk of {made / WORK / 'encoded'} is full: make room there, then try again.\n"
    )
    assert list(made.iterdir()) == []


def test_a_killed_run_leaves_no_ffmpeg_and_the_next_one_continues(tmp_path: Path) -> None:
    source = films.film(tmp_path / "long.mp4", picture=("-f", "lavfi", "-i", "testsrc2=s=640x360:d=10"), beep=None)
    made = tmp_path / "made"
    run = subprocess.Popen([*COMMAND, str(source), str(made)], stdout=subprocess.DEVNULL)
    encoder = wait_until_encoding(run.pid, made / WORK)

    os.kill(run.pid, signal.SIGKILL)
    run.wait(10)

    wait_until(lambda: not is_alive(encoder))
    assert [path.name for path in made.iterdir()] == [WORK]
    finished = {stage: (made / WORK / f"{stage}.json").stat().st_mtime_ns for stage in ("probe", "validate", "plan")}
    continued = subprocess.Popen([*COMMAND, str(source), str(made)], stdout=subprocess.DEVNULL)
    wait_until_encoding(continued.pid, made / WORK)
    assert {stage: (made / WORK / f"{stage}.json").stat().st_mtime_ns for stage in finished} == finished
    assert continued.wait(120) == 0
    assert json.loads((made / "manifest.json").read_bytes())["duration_s"] == 10.0
    assert not (made / WORK).exists()
