"""Are the panels of the comic pictures of the right size, always the same, and is every one of them told?"""

from io import BytesIO

import pytest
from PIL import Image

from infra.local.demo.content.comic import COMICS
from infra.local.demo.drawing.ink import box, smooth
from infra.local.demo.drawing.panels import PANELS, png


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_a_picture_without_a_word_about_itself(name: str) -> None:
    picture = Image.open(BytesIO(png(name)))

    assert (picture.format, picture.size, picture.mode) == ("PNG", (1600, 1200), "RGB")
    assert picture.info == {}
    assert len(picture.resize((160, 120)).getcolors(20_000) or []) > 500


def test_the_same_code_draws_the_same_picture() -> None:
    assert png("the-bench") == png("the-bench")


@pytest.mark.parametrize("code", COMICS)
def test_every_language_tells_the_same_panels_in_the_same_order(code: str) -> None:
    panels = [panel.artwork for page in COMICS[code].pages for panel in page]

    assert panels == list(PANELS)


def test_a_curve_goes_through_its_points() -> None:
    corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]

    assert smooth(corners)[0] == corners[0]
    assert smooth(corners)[-1] == corners[-1]
    assert any(abs(x - 10) < 1e-9 and abs(y) < 1e-9 for x, y in smooth(corners))
    assert len(smooth(corners, closed=True)) == 30


def test_a_box_with_round_corners_stays_within_its_measures() -> None:
    points = box(10, 20, 100, 50, radius=12)

    assert min(x for x, _ in points) == pytest.approx(10)
    assert max(y for _, y in points) == pytest.approx(70)
