"""Is every sound heard by both ears, whole and without clipping?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.media_transcoder import films, measuring
from tests.services.media_transcoder.conftest import Prepared

SMALL = films.pictures(size="320x180", seconds=1.4)


def surround(*levels: float) -> tuple[str, ...]:
    """Return a tone in 5.1 at these levels: left, right, centre, deep, left back, right back."""
    tones = "|".join(f"{level}*sin(2*PI*440*t)" for level in levels)
    return "-f", "lavfi", "-i", f"aevalsrc='{tones}':s=48000:d=1.4:c=5.1"


def test_a_voice_in_the_centre_is_heard_left_and_right(tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    source = films.film(tmp_path / "f.mp4", picture=SMALL, beep=surround(0, 0, 0.8, 0, 0, 0))

    _, output = prepared(source)

    left, right = measuring.levels(output / "film.mp4")
    assert left == pytest.approx(right, abs=0.01)
    assert left > 0.15


def test_the_back_is_heard_on_its_side_and_all_together_do_not_clip(
    tmp_path: Path, prepared: Callable[[Path], Prepared]
) -> None:
    loud = films.film(
        tmp_path / "loud.mov",
        picture=SMALL,
        beep=surround(0.99, 0.2, 0.99, 0.99, 0.99, 0),
        options=("-c:a", "pcm_s16le"),
    )

    _, output = prepared(loud)

    left, right = measuring.levels(output / "hls" / "sound.mp4")
    assert 0.85 < left < 1.03  # AAC overshoots a little
    assert 0.2 < right < 0.6


def test_channels_without_a_place_are_heard_where_their_number_puts_them(
    tmp_path: Path, prepared: Callable[[Path], Prepared]
) -> None:
    tones = "|".join(f"{level}*sin(2*PI*440*t)" for level in (0.5, 0.25, 0, 0))
    beep = ("-f", "lavfi", "-i", f"aevalsrc='{tones}':s=48000:d=1.4:c=4c")
    options = ("-c:a", "pcm_s16le")
    source = films.film(tmp_path / "f.mkv", picture=SMALL, beep=beep, options=options)

    _, output = prepared(source)

    left, right = measuring.levels(output / "film.mp4")
    assert left > 1.5 * right > 0.05


def test_mono_stays_mono_and_as_loud(tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    source = films.film(tmp_path / "f.mp4", picture=SMALL, beep=films.sound(layout="mono", seconds=1.4, level=0.5))

    manifest, output = prepared(source)

    assert manifest.has_sound is True
    assert measuring.levels(output / "film.mp4") == pytest.approx([0.5], abs=0.06)
    assert 'CHANNELS="1"' in (output / "hls" / "master.m3u8").read_text()


def test_a_silent_film_has_no_sound_anywhere(tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    manifest, output = prepared(films.film(tmp_path / "f.mp4", picture=SMALL, beep=None))

    assert manifest.has_sound is False
    assert not (output / "hls" / "sound.mp4").exists()
    master = (output / "hls" / "master.m3u8").read_text()
    assert "AUDIO" not in master
    assert "mp4a" not in master
    with measuring.opened(output / "film.mp4") as film:
        assert [stream.type for stream in film.streams] == ["video"]


def test_sound_longer_than_the_picture_is_kept_whole(tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    source = films.film(tmp_path / "f.mp4", picture=films.pictures(size="320x180", seconds=1), beep=films.sound())

    manifest, _ = prepared(source)

    assert manifest.duration_s == pytest.approx(3.0, abs=0.05)
