"""Does the poster show something?"""

from pathlib import Path

from PIL import Image, ImageStat

from foundation.contracts.transcoding import StoryboardPlan
from services.media_transcoder.pipeline.poster import best_moment, score
from services.media_transcoder.pipeline.stages import prepare
from services.media_transcoder.pipeline.storyboard import tile_box, write_storyboard
from tests.services.media_transcoder import films, measuring
from tests.services.media_transcoder.conftest import film_on_its_way

BOARD = StoryboardPlan(columns=3, rows=2, tile_width=32, tile_height=18, interval_s=2.0)


def pattern() -> Image.Image:
    return Image.effect_mandelbrot((32, 18), (-2, -1.2, 1, 1.2), 60)


def test_black_white_and_blank_tiles_lose(tmp_path: Path) -> None:
    tiles = [0, 255, 128, None, 10, 250]
    for number, value in enumerate(tiles):
        tile = pattern() if value is None else Image.new("L", (32, 18), value)
        tile.convert("RGB").save(tmp_path / f"tile-{number + 1:04}.png")
    write_storyboard(tmp_path, BOARD, tmp_path / "storyboard.jpg")

    assert best_moment(tmp_path / "storyboard.jpg", BOARD, 12.0) == 6.0
    assert best_moment(tmp_path / "storyboard.jpg", BOARD, 5.9) in {0.0, 2.0, 4.0}  # later tiles were never filmed
    assert score(pattern()) > 3 * score(pattern().point(lambda value: value / 10))


def test_a_film_that_ends_early_leaves_black_tiles(tmp_path: Path) -> None:
    Image.new("RGB", (32, 18), "white").save(tmp_path / "tile-0001.png")

    write_storyboard(tmp_path, BOARD, tmp_path / "storyboard.jpg")

    with Image.open(tmp_path / "storyboard.jpg") as sprite:
        assert sprite.size == (96, 36)
        grey = sprite.convert("L")
    assert ImageStat.Stat(grey.crop(tile_box(BOARD, 0))).extrema[0][0] > 240
    assert ImageStat.Stat(grey.crop(tile_box(BOARD, 4))).extrema[0][1] < 16


def test_a_film_that_begins_and_ends_in_black_has_a_bright_poster(tmp_path: Path) -> None:
    fading = "fade=in:st=0:d=1,fade=out:st=2.2:d=0.7"
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=320x180:d=3,{fading}")
    film = film_on_its_way(films.film(tmp_path / "f.mp4", picture=picture, beep=None), tmp_path / "work")

    prepare(film, publish=lambda film, manifest: None)

    poster = Image.open(film.work.output / "poster.jpg")
    assert poster.size == (320, 180)
    bright = [measuring.picture_at(film.work.output / "film.mp4", second, tmp_path) for second in (1.0, 2.0)]
    assert min(measuring.difference(poster, picture) for picture in bright) < 6
