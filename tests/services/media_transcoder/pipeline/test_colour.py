"""Do colours look as they did? Source colours are known, the result is decoded as a player would."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.services.media_transcoder import films, measuring
from tests.services.media_transcoder.conftest import Prepared

WANTED = {corner: tuple(bytes.fromhex(value[2:])) for corner, value in films.CORNERS.items()}
NEARLY = 10


def tagged(matrix: str, full_range: str, pixels: str) -> tuple[str, ...]:
    convert = f"scale=out_color_matrix={matrix}:out_range={full_range},format={pixels}"
    params = f"setparams=colorspace={matrix}:range={full_range}"
    return films.pictures(size="322x182", seconds=0.4, filters=f"format=gbrp,{convert},{params}")


@pytest.mark.parametrize(
    ("matrix", "full_range", "pixels"),
    [
        ("bt709", "tv", "yuv420p"),
        ("smpte170m", "tv", "yuv444p"),
        ("bt470bg", "pc", "yuv420p"),
        ("bt709", "pc", "yuv422p10le"),
    ],
)
def test_any_matrix_and_range_becomes_bt709(
    matrix: str, full_range: str, pixels: str, tmp_path: Path, prepared: Callable[[Path], Prepared]
) -> None:
    source = films.film(
        tmp_path / "film.mp4", picture=tagged(matrix, full_range, pixels), beep=None, options=("-pix_fmt", pixels)
    )

    _, output = prepared(source)

    _assert_corners(measuring.picture_at(output / "film.mp4", 0.1, tmp_path))
    _assert_corners(measuring.picture_at(output / "poster.jpg", 0, tmp_path))
    with measuring.opened(output / "film.mp4") as film:
        context = film.streams.video[0].codec_context
        tags = context.pix_fmt, context.colorspace, context.color_primaries, context.color_trc, context.color_range
    assert tags == ("yuv420p", 1, 1, 1, 1)


def test_rgb_screens_keep_their_colours(tmp_path: Path, prepared: Callable[[Path], Prepared]) -> None:
    picture = films.pictures(size="320x180", seconds=0.4, filters="format=gbrp")
    source = films.film(tmp_path / "screen.mp4", picture=picture, beep=None, options=("-c:v", "libx264rgb"))

    _, output = prepared(source)

    _assert_corners(measuring.picture_at(output / "film.mp4", 0.1, tmp_path))


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_is_neither_washed_out_nor_dark(
    transfer: str, tmp_path: Path, prepared: Callable[[Path], Prepared]
) -> None:
    """An SDR picture put into HDR at its proper brightness (white at 203 cd/m²) comes back nearly as it was."""
    to_hdr = (
        f"format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:t=linear:p=bt709:m=gbr:npl=203,format=gbrpf32le,"
        f"zscale=tin=linear:pin=bt709:min=gbr:t={transfer}:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le"
    )
    options = (
        *("-c:v", "libx265", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1"),
        *("-x265-params", f"log-level=none:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"),
    )
    picture = films.pictures(size="320x180", seconds=1.2, filters=to_hdr)
    source = films.film(tmp_path / "hdr.mp4", picture=picture, beep=None, options=options)

    _, output = prepared(source)

    flash = measuring.picture_at(output / "film.mp4", 1.1, tmp_path)
    assert min(measuring.colour(flash, "middle")) > 215  # white stays white
    for corner, wanted in WANTED.items():
        shown = measuring.colour(flash, corner)
        assert [round(value / 60) for value in shown] == pytest.approx([round(v / 60) for v in wanted], abs=1)
        assert max(shown) - min(shown) > 0.7 * (max(wanted) - min(wanted))  # as colourful as before
    with measuring.opened(output / "film.mp4") as film:
        assert film.streams.video[0].codec_context.pix_fmt == "yuv420p"


def _assert_corners(picture: Image.Image) -> None:
    for corner, wanted in WANTED.items():
        assert measuring.colour(picture, corner) == pytest.approx(wanted, abs=NEARLY), corner
