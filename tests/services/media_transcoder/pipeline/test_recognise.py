"""Is a file known by its first bytes, and refused with the right sentence?"""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.media_transcoder.pipeline import refusals
from services.media_transcoder.pipeline.errors import Refused
from services.media_transcoder.pipeline.recognise import demuxer_for, recognise

TS_PACKET = b"G" + bytes(187)


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\x00\x00\x00\x20ftypisom", "mov"),
        (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "mov"),
        (b"\x1a\x45\xdf\xa3\x01\x00", "matroska"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (TS_PACKET * 5, "mpegts"),
        ((b"\x00\x00\x00\x00" + TS_PACKET) * 5, "mpegts"),
        (b"\x00\x00\x01\xba\x44", "mpeg"),
    ],
)
def test_a_film_is_opened_by_the_one_demuxer_of_its_kind(head: bytes, demuxer: str) -> None:
    assert demuxer_for(head) == demuxer


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"#EXTM3U\nfile:///etc/passwd", refusals.PLAYLIST),
        (b"\xef\xbb\xbf \n#EXTM3U\n", refusals.PLAYLIST),
        (b"ffconcat version 1.0\nfile other.mp4", refusals.PLAYLIST),
        (b'<?xml version="1.0"?><MPD>', refusals.PLAYLIST),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1", refusals.PLAYLIST),
        (b"\x89PNG\r\n\x1a\n", refusals.PICTURE),
        (b"\xff\xd8\xff\xe0", refusals.PICTURE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", refusals.PICTURE),
        (b"\x00\x00\x00\x18ftypheic", refusals.PICTURE),
        (b"ID3\x04\x00", refusals.SOUND_ONLY),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", refusals.SOUND_ONLY),
        (b"%PDF-1.7", refusals.NOT_A_FILM),
        (b"PK\x03\x04", refusals.NOT_A_FILM),
        (b"Dear team, this is our film.", refusals.NOT_A_FILM),
        (b"G", refusals.NOT_A_FILM),
    ],
)
def test_anything_else_is_refused_by_what_it_is(head: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        demuxer_for(head)

    assert str(refused.value) == sentence


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_known_kind_or_refused(head: bytes) -> None:
    try:
        demuxer = demuxer_for(head)
    except Refused:
        return

    assert demuxer in {"mov", "matroska", "avi", "mpegts", "mpeg"}


def test_what_is_no_file_is_refused_without_opening_it(tmp_path: Path) -> None:
    pipe = tmp_path / "film.mp4"
    os.mkfifo(pipe)  # opening it would wait for ever

    for path, sentence in ((pipe, refusals.NOT_A_FILE), (tmp_path, refusals.NOT_A_FILE)):
        with pytest.raises(Refused) as refused:
            recognise(path)
        assert str(refused.value) == sentence


def test_a_file_beyond_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(20 * 1024**3 + 1)

    with pytest.raises(Refused) as refused:
        recognise(large)

    assert str(refused.value) == refusals.TOO_LARGE
