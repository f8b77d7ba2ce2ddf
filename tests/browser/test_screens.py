from pathlib import Path

import pytest

from tests.browser.accessibility import barriers, sideways_px, wait_for_editors
from tests.browser.conftest import WIDTHS, Windows
from tests.browser.pictures import keep_picture
from tests.browser.screens import LANGUAGES, SCREENS, Screen, World


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_is_whole_in_every_language_and_width(
    screen: Screen, language: str, world: World, windows: Windows, screenshots: Path
) -> None:
    page, watch = windows(language)

    page.goto(world.url(screen))
    wait_for_editors(page)

    for width, size in WIDTHS.items():
        page.set_viewport_size(size)
        keep_picture(page, screenshots / f"{screen.name}-{language}-{width}.webp")
        assert barriers(page) == []
        assert sideways_px(page) <= 0
    assert page.title() != ""
    if screen.is_translated:
        assert page.get_attribute("html", "lang") == language
        assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if language == "ar" else "ltr")
    assert watch.drain() == []
