"""Is nothing left of who filmed where, when and with what? Looked for in boxes, in tags and in the bytes themselves."""

from pathlib import Path

import av
import pytest
from PIL import Image

from services.media_transcoder.pipeline import boxes
from services.media_transcoder.pipeline.errors import Broken
from services.media_transcoder.pipeline.evidence import check_clean, check_picture
from services.media_transcoder.pipeline.scrub import PERSONAL, scrub
from services.media_transcoder.pipeline.stages import prepare
from tests.services.media_transcoder import films
from tests.services.media_transcoder.conftest import AUTHOR, LOCATION, film_on_its_way

TRACES = [text.encode() for text in (AUTHOR, LOCATION, "Phone of Mia", "2024-05-06", "Lavc", "Lavf", "x264 - core")]


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_source_has_what_must_go(plain_film: Path) -> None:
    data = plain_film.read_bytes()

    assert all(trace in data for trace in TRACES)
    with av.open(str(plain_film)) as film:
        assert "creation_time" in film.metadata


def test_no_trace_is_left_in_any_byte(plain_result: Path) -> None:
    for path in files_of(plain_result):
        data = path.read_bytes()
        assert [trace for trace in TRACES if trace in data] == [], path.name


def test_no_file_has_tags_chapters_or_dates(plain_result: Path) -> None:
    for path in plain_result.rglob("*.mp4"):
        with av.open(str(path)) as film:
            assert set(film.metadata) == {"major_brand", "minor_version", "compatible_brands"}
            assert not film.chapters()
            for stream in film.streams:
                assert set(stream.metadata) == {"language", "handler_name"}
                assert stream.metadata["handler_name"] in {"VideoHandler", "SoundHandler"}


def test_no_box_for_tags_is_left(plain_result: Path) -> None:
    for path in plain_result.rglob("*.mp4"):
        data = path.read_bytes()
        names = {box.kind for box in boxes.walk(data)} | {box.kind for box in boxes.top_level(path)}
        assert names & PERSONAL == set()
        movie_header = boxes.find(data, b"moov", b"mvhd")
        assert movie_header is not None
        assert data[movie_header.payload + 4 : movie_header.payload + 12] == bytes(8)  # made and changed: never


def test_poster_and_storyboard_are_only_pictures(plain_result: Path) -> None:
    for name in ("poster.jpg", "storyboard.jpg"):
        with Image.open(plain_result / name) as picture:
            assert picture.format == "JPEG"
            assert dict(picture.getexif()) == {}
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_scrubbing_keeps_every_offset_and_doing_it_twice_changes_nothing(plain_film: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(plain_film.read_bytes())

    scrub(copy)

    once = copy.read_bytes()
    assert len(once) == plain_film.stat().st_size
    assert AUTHOR.encode() not in once.split(b"mdat")[0]
    scrub(copy)
    assert copy.read_bytes() == once
    with av.open(str(copy)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 270


def test_what_was_overlooked_is_noticed(plain_film: Path, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="still carries tags"):
        check_clean(plain_film)

    tagged = tmp_path / "tagged.jpg"
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    Image.new("RGB", (16, 16)).save(tagged, exif=exif)
    with pytest.raises(Broken, match="still carries tags"):
        check_picture(tagged)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(tagged.read_bytes()[:-20])
    with pytest.raises(Broken, match="no whole JPEG"):
        check_picture(cut)


def test_captions_hidden_in_the_picture_stay_behind(tmp_path: Path) -> None:
    """Television puts text into the pictures themselves (SEI); ours keep none of these messages."""
    note = "086f3693-b7b3-4f2c-9653-21492feee5b8+Filmed by Mia Beispiel"
    options = ("-bsf:v", f"h264_metadata=sei_user_data='{note}'")
    source = films.film(tmp_path / "note.mp4", picture=films.pictures(size="64x64", seconds=0.4), options=options)
    assert AUTHOR.encode() in source.read_bytes()
    film = film_on_its_way(source, tmp_path / "work")

    prepare(film, publish=lambda film, manifest: None)

    assert all(AUTHOR.encode() not in path.read_bytes() for path in files_of(film.work.output))
