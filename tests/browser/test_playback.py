import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.screens import World

_PLAY = """async (video, address) => {
  video.muted = true;
  if (address) { video.src = address; }
  await video.play();
}"""
_ADVANCED = "(video) => video.currentTime > 1 && video.videoWidth > 0 && !video.error"


def _sources(page: Page) -> dict[str, str]:
    """Return the addresses of a film by media type."""
    found: dict[str, str] = page.eval_on_selector_all(
        "video source", "(all) => Object.fromEntries(all.map((one) => [one.type, one.src]))"
    )
    return found


@pytest.mark.parametrize("media_type", ["application/vnd.apple.mpegurl", "video/mp4"])
def test_a_film_plays_in_both_forms_without_a_script_of_ours(media_type: str, world: World, open_page: Open) -> None:
    page = open_page(world.tool("film"))
    video = page.locator("video")

    video.evaluate(_PLAY, _sources(page)[media_type])

    page.wait_for_function(_ADVANCED, arg=video.element_handle())
    assert video.evaluate("(video) => video.currentSrc") == _sources(page)[media_type]


def test_the_first_form_offered_is_the_one_that_adapts_to_the_line(world: World, open_page: Open) -> None:
    page = open_page(world.tool("film"))
    video = page.locator("video")

    video.evaluate(_PLAY, None)

    page.wait_for_function(_ADVANCED, arg=video.element_handle())
    assert video.evaluate("(video) => video.currentSrc").endswith(".m3u8")
