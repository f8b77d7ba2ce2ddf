"""Does a successor continue where a predecessor was stopped, and is nothing done twice?"""

from pathlib import Path
from typing import get_args

import pytest

from foundation.contracts.transcoding import FilmManifest, Stage
from services.media_transcoder.pipeline import stages
from services.media_transcoder.pipeline.context import SHARES, Film
from services.media_transcoder.pipeline.errors import Broken
from services.media_transcoder.pipeline.facts import SourceFacts
from services.media_transcoder.pipeline.package import Packaged, package
from services.media_transcoder.pipeline.planned import EncodePlan
from services.media_transcoder.pipeline.stages import prepare
from services.media_transcoder.pipeline.workdir import WorkDirectory
from tests.services.media_transcoder import films
from tests.services.media_transcoder.conftest import film_on_its_way
from tests.services.media_transcoder.pipeline.examples import facts

STAGES = ("probe", "validate", "plan", "encode", "package", "verify")


class Stop(Exception):
    """What a test raises out of a report, as a cancelled job does."""


@pytest.fixture
def short_film(tmp_path: Path) -> Path:
    return films.film(tmp_path / "short.mp4", picture=films.pictures(size="320x180", seconds=1), beep=None)


def test_the_stages_are_those_of_the_contract_and_progress_never_falls(short_film: Path, tmp_path: Path) -> None:
    heard: list[tuple[Stage, float]] = []
    film = _reporting(short_film, tmp_path, heard)

    prepare(film, publish=lambda film, manifest: None)

    assert list(dict.fromkeys(stage for stage, _ in heard)) == [*STAGES, "publish"] == list(SHARES)
    assert set(SHARES) | {"queued"} == set(get_args(Stage))
    assert [progress for _, progress in heard] == sorted(progress for _, progress in heard)
    assert heard[-1] == ("publish", 1.0)


@pytest.mark.parametrize("stopped", [*STAGES, "publish"])
def test_a_successor_does_only_what_is_left(
    stopped: Stage, short_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(stage: Stage, progress: float) -> None:
        if stage == stopped:
            raise Stop

    first = Film(short_film, WorkDirectory(tmp_path / "work"), film_on_its_way(short_film, tmp_path).tools, stop)
    with pytest.raises(Stop):
        prepare(first, publish=lambda film, manifest: None)
    done: list[str] = []
    for stage in STAGES:
        work = getattr(stages, stage)
        monkeypatch.setattr(stages, stage, _noting(done, stage, work))

    manifest = prepare(film_on_its_way(short_film, tmp_path / "work"), publish=lambda film, manifest: None)

    assert done == list(STAGES[STAGES.index(stopped) if stopped in STAGES else len(STAGES) :])
    assert manifest.duration_s == 1.0


def test_a_result_that_fails_the_checks_is_made_anew(
    short_film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = film_on_its_way(short_film, tmp_path / "work")

    def damage(film: Film, manifest: FilmManifest) -> None:
        raise AssertionError("published though damaged")

    def packaged_badly(film: Film, plan: EncodePlan) -> Packaged:
        made = package(film, plan)
        (film.work.output / "poster.jpg").write_bytes(b"\xff\xd8")
        return made

    monkeypatch.setattr(stages, "package", packaged_badly)
    with pytest.raises(Broken):
        prepare(film, publish=damage)
    assert not film.work.path.exists()
    monkeypatch.undo()

    assert prepare(film, publish=lambda film, manifest: None).duration_s == 1.0


def test_the_work_of_another_film_is_not_taken_over(tmp_path: Path) -> None:
    work = WorkDirectory(tmp_path / "work")
    work.open_for("one 1")
    work.remembered("probe", SourceFacts, lambda: facts())

    work.open_for("one 1")
    assert work.has("probe")
    work.open_for("other 1")
    assert not work.has("probe")


def test_a_marker_of_an_older_pipeline_is_not_believed(tmp_path: Path) -> None:
    work = WorkDirectory(tmp_path / "work")
    work.open_for("one 1")
    (work.path / "probe.json").write_text('{"codec": "unknown to us"}')

    assert work.remembered("probe", SourceFacts, lambda: facts()) == facts()


def _reporting(source: Path, folder: Path, heard: list[tuple[Stage, float]]) -> Film:
    film = film_on_its_way(source, folder / "work")
    return Film(film.source, film.work, film.tools, lambda stage, progress: heard.append((stage, progress)))


def _noting(done: list[str], stage: str, work: object) -> object:
    def noted(*arguments: object, **options: object) -> object:
        done.append(stage)
        return work(*arguments, **options)  # type: ignore[operator]

    return noted
