"""Does the beep stay with the flash? Measured from decoded pictures and samples, in the MP4 and in the streams."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.media_transcoder import films, measuring
from tests.services.media_transcoder.conftest import Prepared

TOLERANCE_S = 0.045  # one picture at 30 per second and a block of AAC's smearing; people notice from 80 ms on
LATE = 0.8


def plain(folder: Path) -> Path:
    return films.film(folder / "plain.mp4", beep=films.sound())


def late_sound(folder: Path) -> Path:
    return films.film(folder / "sound.mp4", beep=films.sound(), before_sound=("-itsoffset", str(LATE)))


def late_picture(folder: Path) -> Path:
    picture = ("-itsoffset", str(LATE), *films.pictures())
    return films.film(folder / "picture.mp4", picture=picture, beep=films.sound())


def late_sound_in_matroska(folder: Path) -> Path:
    options = ("-c:v", "libvpx", "-b:v", "1M", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
    return films.film(
        folder / "sound.webm", beep=films.sound(), before_sound=("-itsoffset", str(LATE)), options=options
    )


def broadcast_stream(folder: Path) -> Path:
    """A transport stream's clock begins anywhere, here at ten seconds, and its sound a little after the picture."""
    options = ("-output_ts_offset", "10", "-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "mp2")
    return films.film(folder / "stream.ts", beep=films.sound(), before_sound=("-itsoffset", "0.1"), options=options)


def edit_list(folder: Path) -> Path:
    """Cut between keyframes without encoding: the file holds more than its edit list shows."""
    whole = films.film(folder / "whole.mp4", beep=films.sound(), options=("-g", "60", "-bf", "2"))
    cut = folder / "cut.mp4"
    films.ffmpeg("-ss", "0.5", "-i", str(whole), "-c", "copy", str(cut))
    return cut


def variable_rate(folder: Path) -> Path:
    """Every third picture is missing in the first second, every second one later."""
    keep = "select='if(lt(t,1),mod(n,3),mod(n,2))+eq(n,30)'"
    picture = films.pictures(filters=keep)
    return films.film(folder / "variable.mp4", picture=picture, beep=films.sound(), options=("-fps_mode", "vfr"))


def fast_film(folder: Path) -> Path:
    return films.film(folder / "fast.mp4", picture=films.pictures(rate="60"), beep=films.sound())


# For each film, how much later than the flash its beep is heard.
FILMS: dict[str, tuple[Callable[[Path], Path], float]] = {
    "plain": (plain, 0.0),
    "late sound": (late_sound, LATE),
    "late picture": (late_picture, -LATE),
    "late sound in Matroska": (late_sound_in_matroska, LATE),
    "broadcast stream": (broadcast_stream, 0.1),
    "edit list": (edit_list, 0.0),
    "variable rate": (variable_rate, 0.0),
    "60 pictures per second": (fast_film, 0.0),
}


@pytest.mark.parametrize("name", FILMS)
def test_sound_stays_where_it_was(name: str, tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    make, lateness = FILMS[name]

    manifest, output = prepared(make(tmp_path))

    heard_after = {
        place: measuring.beep_at(output / heard) - measuring.flash_at(output / seen)
        for place, (seen, heard) in {
            "mp4": ("film.mp4", "film.mp4"),
            "files": (f"hls/{manifest.renditions[-1].name}.mp4", "hls/sound.mp4"),
            "playlists": ("hls/master.m3u8", "hls/master.m3u8"),
        }.items()
    }
    assert heard_after == pytest.approx(dict.fromkeys(heard_after, lateness), abs=TOLERANCE_S)


def test_a_variable_rate_becomes_constant_without_losing_time(
    tmp_path: Path, prepared: Callable[[Path], Prepared]
) -> None:
    manifest, output = prepared(variable_rate(tmp_path))

    assert manifest.renditions[0].frame_rate == 30
    assert measuring.frame_count(output / "film.mp4") in {89, 90}
    assert measuring.flash_at(output / "film.mp4") == pytest.approx(films.MARK_S, abs=0.034)


def test_a_late_picture_waits_as_a_still(tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    _, output = prepared(late_picture(tmp_path))

    assert measuring.flash_at(output / "film.mp4") == pytest.approx(films.MARK_S + LATE, abs=0.034)
    first = measuring.picture_at(output / "film.mp4", 0, tmp_path)
    assert measuring.colour(first, "top left")[0] > 180  # red, as in the first picture
