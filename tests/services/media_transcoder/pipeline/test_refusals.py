"""Is a hostile or broken film refused with a sentence, quickly, before anything of it is decoded or followed?"""

import struct
import subprocess
import time
from pathlib import Path

import pytest

from services.media_transcoder.pipeline import refusals
from services.media_transcoder.pipeline.errors import Refused
from services.media_transcoder.pipeline.ffmpeg_path import default_ffmpeg
from services.media_transcoder.pipeline.probe import glance, probe
from services.media_transcoder.pipeline.validate import validate
from services.media_transcoder.pipeline.whitelist import demuxer_options
from tests.services.media_transcoder import films
from tests.services.media_transcoder.shared import HOSTILE, needs_shared

LIMIT_S = 10.0

SENTENCES = {
    "bomb_30000x30000_png.mp4": refusals.PICTURE,
    "ffconcat_ssrf.mp4": refusals.PLAYLIST,
    "hls_passwd.mp4": refusals.PLAYLIST,
    "hls_sibling.mp4": refusals.PLAYLIST,
    "random.mp4": refusals.NOT_A_FILM,
    "text.mp4": refusals.NOT_A_FILM,
    "truncated_moov_end.mp4": refusals.CUT_OFF,
    "zero.mp4": refusals.EMPTY,
}


def refusal_of(source: Path) -> str:
    """Return the sentence with which ``source`` is refused, within the time a person waits."""
    started = time.monotonic()
    with pytest.raises(Refused) as refused:
        validate(probe(source, sha256="0" * 64))
    assert time.monotonic() - started < LIMIT_S
    return str(refused.value)


@needs_shared
@pytest.mark.parametrize(("name", "sentence"), SENTENCES.items())
def test_a_hostile_file_is_refused(name: str, sentence: str) -> None:
    assert refusal_of(HOSTILE / name) == sentence


@needs_shared
def test_every_hostile_file_is_looked_at() -> None:
    assert {path.name for path in HOSTILE.iterdir()} == set(SENTENCES)


def test_a_film_cut_off_in_the_middle_of_its_data_is_refused(plain_film: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.mp4"
    films.ffmpeg("-i", str(plain_film), "-c", "copy", "-movflags", "+faststart", str(whole))
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    assert refusal_of(cut) == refusals.CUT_OFF


def test_bytes_after_the_end_of_a_film_do_no_harm(plain_film: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer.mp4"
    longer.write_bytes(plain_film.read_bytes() + b"\x00\x01padding of a camera")

    assert validate(probe(longer, sha256="0" * 64)).duration_s == pytest.approx(9.0, abs=0.05)


def test_a_recording_without_pictures_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "talk.mp4"
    films.ffmpeg(*films.sound(seconds=1), *films.AAC, str(source))

    assert refusal_of(source) == refusals.SOUND_ONLY


def test_a_single_picture_is_no_film(tmp_path: Path) -> None:
    source = films.film(tmp_path / "still.mp4", picture=films.pictures(seconds=0.04, rate="25"), beep=None)

    assert refusal_of(source) == refusals.NO_PICTURE


def test_a_picture_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    source = tmp_path / "huge.mp4"
    films.ffmpeg("-f", "lavfi", "-i", "color=s=8400x64:r=5:d=0.6", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", str(source))

    assert refusal_of(source) == refusals.TOO_MANY_PIXELS


def test_a_size_that_only_the_header_claims_is_not_believed(plain_film: Path, tmp_path: Path) -> None:
    claimed = tmp_path / "claimed.mp4"
    films.ffmpeg("-i", str(plain_film), "-an", "-t", "0.5", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", str(claimed))
    data = bytearray(claimed.read_bytes())
    at = data.find(b"stsd") + 12 + 32  # version, count and entry size lie between; then the fields of the entry
    assert struct.unpack_from(">HH", data, at) == (640, 360)
    struct.pack_into(">HH", data, at, 30000, 30000)
    claimed.write_bytes(data)

    video = validate(probe(claimed, sha256="0" * 64)).video

    assert (video.width, video.height) == (640, 360)


def test_absurd_rates_tiny_pictures_and_ribbons_are_refused(tmp_path: Path) -> None:
    cases = {
        "color=s=64x64:r=1000:d=1": refusals.TOO_FAST,
        "color=s=8x8:r=10:d=1": refusals.TOO_SMALL,
        "color=s=1280x64:r=10:d=1": refusals.ODD_SHAPE,
    }
    for number, (graph, sentence) in enumerate(cases.items()):
        source = films.film(tmp_path / f"{number}.mp4", picture=("-f", "lavfi", "-i", graph), beep=None)
        assert refusal_of(source) == sentence


def test_too_many_tracks_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "tracks.mkv"
    tracks = [argument for _ in range(33) for argument in ("-map", "0:v")]
    films.ffmpeg("-f", "lavfi", "-i", "color=s=32x32:r=5:d=0.4", *tracks, "-c:v", "mpeg4", str(source))

    assert refusal_of(source) == refusals.TOO_MANY_STREAMS


def test_a_protected_film_is_refused(tmp_path: Path) -> None:
    key = "00112233445566778899aabbccddeeff"
    options = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key]
    source = films.film(tmp_path / "drm.mp4", picture=films.pictures(seconds=0.5), beep=None, options=options)

    assert refusal_of(source) == refusals.PROTECTED


def test_dolby_vision_without_a_base_layer_is_refused(plain_film: Path, tmp_path: Path) -> None:
    source = tmp_path / "dolby.mp4"
    data = plain_film.read_bytes()
    source.write_bytes(data.replace(b"pasp", b"dvcC", 1))  # the box after is read as its configuration
    table = source.read_bytes()
    at = table.find(b"dvcC") + 6
    source.write_bytes(table[:at] + bytes([5 << 1]) + table[at + 1 :])

    with pytest.raises(Refused) as refused:
        glance(source)

    assert str(refused.value) == refusals.DOLBY_VISION


def test_ffmpeg_follows_no_playlist_even_if_one_came_that_far(tmp_path: Path) -> None:
    neighbour = films.film(tmp_path / "neighbour.mp4", picture=films.pictures(seconds=0.5), beep=None)
    script = tmp_path / "script.mp4"
    script.write_text(f"ffconcat version 1.0\nfile {neighbour.name}\n")
    options = [argument for name, value in demuxer_options("mov").items() for argument in (f"-{name}", value)]

    ended = subprocess.run(
        [default_ffmpeg(), "-v", "error", *options, "-i", f"file:{script}", "-f", "null", "-"],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode != 0
    assert "neighbour" not in ended.stderr
