"""Is a film that lost a part refused, though ffmpeg answers 0, and damage of our own noticed?"""

import shutil
from pathlib import Path

import pytest

from services.media_transcoder.pipeline import refusals
from services.media_transcoder.pipeline.errors import Broken, Refused, SourceChanged
from services.media_transcoder.pipeline.evidence import differences
from services.media_transcoder.pipeline.fragments import read_track
from services.media_transcoder.pipeline.plan import plan
from services.media_transcoder.pipeline.planned import Expected
from services.media_transcoder.pipeline.probe import probe
from services.media_transcoder.pipeline.stages import prepare
from services.media_transcoder.pipeline.validate import validate
from services.media_transcoder.pipeline.verify import check_ends
from tests.services.media_transcoder import films
from tests.services.media_transcoder.conftest import film_on_its_way
from tests.services.media_transcoder.pipeline.examples import planned
from tests.services.media_transcoder.pipeline.test_streams import track

COLOURFUL = ("-f", "lavfi", "-i", "testsrc2=s=320x180:d=6")


@pytest.mark.parametrize("name", ["film.mkv", "film.avi"])
def test_half_a_film_is_refused_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    source = films.film(tmp_path / name, picture=COLOURFUL, beep=films.sound(seconds=6), options=("-g", "30"))
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    film = film_on_its_way(source, tmp_path / "work")

    with pytest.raises(Refused) as refused:
        prepare(film, publish=lambda film, manifest: None)

    assert str(refused.value) == refusals.CUT_OFF
    assert not film.work.path.exists()


def test_half_a_recording_that_states_no_size_is_noticed_by_its_length(tmp_path: Path) -> None:
    whole = films.film(tmp_path / "whole.mkv", picture=COLOURFUL, beep=films.sound(seconds=6), options=("-g", "30"))
    data = whole.read_bytes()
    size_at = data.find(b"\x18\x53\x80\x67") + 4
    source = tmp_path / "half.mkv"
    source.write_bytes(data[:size_at] + b"\x01" + b"\xff" * 7 + data[size_at + 8 : len(data) // 2])

    with pytest.raises(Refused) as refused:
        prepare(film_on_its_way(source, tmp_path / "work"), publish=lambda film, manifest: None)

    assert str(refused.value) == refusals.DAMAGED


def test_a_film_with_a_hole_full_of_noise_is_refused(plain_film: Path, tmp_path: Path) -> None:
    source = tmp_path / "hole.mp4"
    data = bytearray(plain_film.read_bytes())
    start = data.find(b"mdat") + 4
    size = data.find(b"moov") - start
    data[start + size // 10 : start + size * 9 // 10] = bytes(size * 9 // 10 - size // 10)
    source.write_bytes(data)

    with pytest.raises(Refused) as refused:
        prepare(film_on_its_way(source, tmp_path / "work"), publish=lambda film, manifest: None)

    assert str(refused.value) in {refusals.DAMAGED, refusals.UNKNOWN_CODEC}


@pytest.mark.parametrize(
    ("picture_end_s", "whole_s", "is_whole"),
    [(4.0, 4.0, True), (4.4, 4.4, True), (4.6, 4.6, False), (None, 4.4, True), (None, 5.0, False), (3.0, 9.0, True)],
)
def test_what_the_index_promised_must_come_out(picture_end_s: float | None, whole_s: float, is_whole: bool) -> None:
    expected = Expected(picture_end_s=picture_end_s, sound_end_s=None, whole_s=whole_s)
    decided = planned().model_copy(update={"expected": expected})

    if is_whole:
        check_ends(decided, track(120), None)
    else:
        with pytest.raises(Refused, match=refusals.DAMAGED):
            check_ends(decided, track(120), None)


def test_a_rung_that_was_damaged_after_encoding_is_noticed(
    plain_film: Path, plain_result: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    shutil.copytree(plain_result, output)
    facts = probe(plain_film, sha256="0" * 64)
    decided = plan(validate(facts), demuxer=facts.demuxer)
    rungs = [read_track(output / "hls" / "360p.mp4"), read_track(output / "hls" / "270p.mp4")]
    assert max(differences(output, decided, rungs).values()) < 6
    data = bytearray(rungs[1].path_in(output / "hls").read_bytes())
    first = rungs[1].segments[0]
    data[first.start + 1200 : first.start + first.size] = bytes(first.size - 1200)
    rungs[1].path_in(output / "hls").write_bytes(data)

    try:
        worst = max(differences(output, decided, rungs).values())
    except Broken:
        worst = 255.0

    assert worst > 24


def test_another_film_under_the_announced_name_is_no_refusal(plain_film: Path, tmp_path: Path) -> None:
    film = film_on_its_way(plain_film, tmp_path / "work")

    with pytest.raises(SourceChanged, match=refusals.SOURCE_CHANGED):
        prepare(film, publish=lambda film, manifest: None, announced_sha256="f" * 64)

    assert not film.work.path.exists()
