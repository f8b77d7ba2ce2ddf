"""Are films told from what only claims to be one, by their first bytes?"""

from pathlib import Path

import pytest

from cms.films.containers import HEAD_BYTES, NoFilm, family_of
from tests.cms.films.conftest import make_footage


@pytest.mark.parametrize(
    ("suffix", "family", "options"),
    [
        (".mp4", "mp4", ()),
        (".mp4", "mp4", ("-movflags", "+frag_keyframe+empty_moov")),
        (".mov", "mp4", ()),
        (".mkv", "matroska", ()),
        (".webm", "matroska", ("-c:v", "libvpx", "-c:a", "libopus", "-b:v", "100k")),
        (".avi", "avi", ()),
        (".ts", "mpeg-ts", ()),
        (".m2ts", "mpeg-ts", ("-mpegts_m2ts_mode", "1")),
        (".mpg", "mpeg-ps", ("-r", "25", "-c:v", "mpeg2video", "-c:a", "mp2")),
        (".wmv", "asf", ()),
        (".flv", "flv", ("-ar", "44100")),
        (".ogv", "ogg", ("-c:v", "libtheora", "-c:a", "libvorbis")),
        (".mxf", "mxf", ("-r", "25", "-c:v", "mpeg2video", "-ar", "48000")),
    ],
)
def test_films_of_every_family_are_let_through(
    tmp_path: Path, suffix: str, family: str, options: tuple[str, ...]
) -> None:
    path = tmp_path / f"film{suffix}"
    make_footage(path, *options)

    assert family_of(path.read_bytes()[:HEAD_BYTES]) == family


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "file is empty"),
        (b"ffconcat version 1.0\nfile http://127.0.0.1/\n", "is text"),
        ("Éléonore écrit.".encode() * 100, "is text"),
        (("é" * HEAD_BYTES).encode()[: HEAD_BYTES - 1], "is text"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "a picture, a document or an archive"),
        (b"%PDF-1.7\n%\xe2\xe3", "a picture, a document or an archive"),
        (b"\0\0\0\x20ftypavif" + bytes(20), "is a picture"),
        (b"\0\0\0\x20ftypM4A " + bytes(20), "only sound"),
        (b"RIFF\0\0\0\0WAVEfmt ", "no film we know"),
        (b"\x47" + bytes(400), "no film we know"),
    ],
)
def test_what_is_no_film_is_told_what_it_is(head: bytes, words: str) -> None:
    with pytest.raises(NoFilm, match=words):
        family_of(head)
