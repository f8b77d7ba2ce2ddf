"""What do the transcoder's tests share?"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation.contracts.transcoding import FilmManifest
from services.media_transcoder.cli import main
from services.media_transcoder.pipeline.context import Film, Tools
from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from services.media_transcoder.pipeline.stages import prepare
from services.media_transcoder.pipeline.workdir import WorkDirectory
from tests.services.media_transcoder import films

LOCATION = "+48.8583+002.2944/"
AUTHOR = "Mia Beispiel"


def quiet(stage: str, progress: float) -> None:
    """Hear of progress and say nothing."""


def film_on_its_way(source: Path, folder: Path) -> Film:
    tools = Tools(ffmpeg=default_ffmpeg(), threads=1)
    return Film(source=source, work=WorkDirectory(folder), tools=tools, report=quiet)


Prepared = tuple[FilmManifest, Path]


@pytest.fixture
def prepared(tmp_path: Path) -> Callable[[Path], Prepared]:
    """Take a film through all stages; return the manifest and the folder with its files."""

    def run(source: Path) -> Prepared:
        film = film_on_its_way(source, tmp_path / f"work-{source.stem}")
        return prepare(film, publish=lambda film, manifest: None), film.work.output

    return run


@pytest.fixture(scope="session")
def plain_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """640 × 360, 9 seconds, stereo, with all the tags a phone and an editor leave."""
    folder = tmp_path_factory.mktemp("plain")
    chapters = folder / "chapters.txt"
    chapters.write_text(f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Chez {AUTHOR}\n")
    tags = {
        "location": LOCATION,
        "location-eng": LOCATION,
        "artist": AUTHOR,
        "comment": f"Filmed by {AUTHOR}",
        "title": f"Holidays of {AUTHOR}",
        "creation_time": "2024-05-06T07:08:09Z",
        "com.apple.quicktime.model": "Phone of Mia",
    }
    options = [argument for name, value in tags.items() for argument in ("-metadata", f"{name}={value}")]
    options += ["-metadata:s:v", f"handler_name={AUTHOR}", "-movflags", "+use_metadata_tags", "-g", "30"]
    return films.film(
        folder / "plain.mp4",
        picture=("-i", str(chapters), *films.pictures(seconds=9)),
        beep=films.sound(seconds=9),
        options=["-map", "1:v", "-map", "2:a", "-map_chapters", "0", *options],
    )


@pytest.fixture(scope="session")
def plain_result(plain_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``./hub transcode`` made of the plain film."""
    folder = tmp_path_factory.mktemp("result") / "film"
    assert main([str(plain_film), str(folder)]) == 0
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("Lacks the right to mount a small disk.")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
