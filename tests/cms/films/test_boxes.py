"""Is everything found that a prepared film must not carry?"""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from cms.films.boxes import metadata_in_film
from tests.cms.films.conftest import make_footage

BARE = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")


@pytest.mark.parametrize(
    "options",
    [(), ("-movflags", "+faststart"), ("-movflags", "+frag_keyframe+empty_moov+default_base_moof"), ("-an",)],
)
def test_a_film_without_metadata_passes(tmp_path: Path, options: tuple[str, ...]) -> None:
    make_footage(tmp_path / "film.mp4", *BARE, *options)

    assert metadata_in_film(tmp_path / "film.mp4") == ()


def test_segments_for_streaming_pass(tmp_path: Path) -> None:
    make_footage(tmp_path / "film.m3u8", *BARE, "-f", "hls", "-hls_segment_type", "fmp4", "-hls_time", "1")

    files = [path for path in tmp_path.iterdir() if path.suffix in {".mp4", ".m4s"}]

    assert len(files) >= 2
    assert [metadata_in_film(path) for path in files] == [()] * len(files)


@pytest.mark.parametrize(
    ("metadata", "found"),
    [
        ("location=+50.8503+004.3517/", "place"),
        ("artist=Amal Example", "author"),
        ("title=Amal at home", "title"),
        ("comment=Filmed by Amal", "comment"),
        ("creation_time=2026-05-04T10:11:12Z", "recording time"),
    ],
)
def test_place_author_and_time_are_found(tmp_path: Path, metadata: str, found: str) -> None:
    make_footage(tmp_path / "film.mp4", "-metadata", metadata)

    assert found in metadata_in_film(tmp_path / "film.mp4")


def test_the_device_that_names_its_tracks_is_found(tmp_path: Path) -> None:
    make_footage(tmp_path / "film.mp4", *BARE, "-metadata:s:v", "handler_name=ACME Phone 9 video")

    assert metadata_in_film(tmp_path / "film.mp4") == ("device",)


def test_a_track_of_another_kind_is_found(tmp_path: Path) -> None:
    make_footage(tmp_path / "plain.mp4", *BARE)
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nAmal was here.\n")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(tmp_path / "plain.mp4")]
    command += ["-i", str(tmp_path / "words.srt"), "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text"]

    subprocess.run([*command, "-bitexact", str(tmp_path / "film.mp4")], check=True)

    assert "track sbtl" in metadata_in_film(tmp_path / "film.mp4")


@pytest.mark.parametrize(
    ("box", "found"),
    [
        (b"\0\0\0\x0cuuidAmal", "box uuid"),
        (b"\0\0\0\x0cfreeAmal", "hidden data"),
        (b"\0\0\0\x0cmeta", "unknown format"),
        (b"\0\0\0\x0c", "unknown format"),
        (b"\xff\xff\xff\xffmdat", "unknown format"),
    ],
)
def test_what_was_hidden_or_broken_is_found(clean_footage: Path, tmp_path: Path, box: bytes, found: str) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(clean_footage.read_bytes() + box)

    assert metadata_in_film(path) == (found,)
