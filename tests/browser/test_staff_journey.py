import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pictures import keep_picture
from tests.browser.screens import World

SLOW_LINE = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 300_000}
PREPARED_WITHIN_MS = 90_000
TYPING_MS = 40


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of moving noise with a tone: about a megabyte."""
    path = tmp_path_factory.mktemp("clip") / "playground.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=4"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=4"]
    encoding = ["-vf", "noise=alls=40:allf=t", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-b:v", "2M", "-c:a", "aac"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *picture, *sound, *encoding, str(path)]
    subprocess.run(command, check=True)
    return path


def test_a_wrong_password_is_refused_in_a_sentence(world: World, open_page: Open) -> None:
    page = open_page(world.demo.url("editing", "/admin/login/"))

    page.fill("input[name=username]", world.demo.user_name)
    page.fill("input[name=password]", "not the password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.locator(".messages")).to_contain_text("didn't match")
    assert "/admin/login/" in page.url


def test_an_uploaded_film_shows_how_far_it_is_until_it_is_ready(
    world: World, open_page: Open, clip: Path, screenshots: Path
) -> None:
    page = open_page(world.demo.url("editing", "/admin/films/new/"), staff=True)
    page.get_by_role("textbox", name="Title").fill("Playground")
    page.get_by_role("button", name="Save and choose the file").click()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)

    page.set_input_files("#film-file-input", clip)

    bar = page.locator("[data-upload-bar]")
    expect(bar).to_be_visible()
    page.wait_for_function("(bar) => bar.ariaValueNow > 0 && bar.ariaValueNow < 100", arg=bar.element_handle())
    keep_picture(page, screenshots / "upload-en-1440.webp")
    expect(page.locator("[data-label]")).to_have_text("Ready", timeout=PREPARED_WITHIN_MS)
    expect(page.locator("#film-result video")).to_be_visible()


def test_a_film_that_lacks_something_stays_a_draft_and_each_reason_leads_to_its_field(
    world: World, open_page: Open, screenshots: Path
) -> None:
    tools = min(world.staff.page_ids("library.ToolIndexPage", "en"))
    before = _api(world, "/v1/changes?limit=100")["next_cursor"]
    page = open_page(world.demo.url("editing", f"/admin/pages/add/library/filmpage/{tools}/"), staff=True)
    page.locator("#id_title").press_sequentially("Not ready", delay=TYPING_MS)
    expect(page.locator("#id_slug")).to_have_value(re.compile("^not-ready"))

    _publish(page)

    expect(page.locator(".messages")).to_contain_text("was not published")
    keep_picture(page, screenshots / "refused-en-1440.webp")
    reasons = [text.strip() for text in page.locator(".messages li ul li").all_inner_texts()]
    assert "Choose the film." in reasons
    assert "Write a summary: partners show it in their lists." in reasons
    page.locator(".messages").get_by_role("link", name="Write a summary").click()
    expect(page.locator("#id_summary")).to_be_focused()
    assert _api(world, "/v1/changes?limit=100")["next_cursor"] == before


def test_a_comic_published_from_the_editor_is_its_next_release(world: World, open_page: Open) -> None:
    comic = min(world.staff.page_ids("library.ComicPage", "en"))
    tool = _api(world, "/v1/tools?kind=comic&locale=en")["items"][0]
    page = open_page(world.demo.url("editing", f"/admin/pages/{comic}/edit/"), staff=True)
    page.locator("#id_summary").fill(tool["summary"] + " Read it together.")

    _publish(page)

    expect(page.locator(".messages")).to_contain_text("has been published")
    released = _api(world, f"/v1/tools/{tool['tool_id']}?locale=en")["release"]
    assert released["number"] == tool["number"] + 1
    assert released["summary"] == tool["summary"] + " Read it together."


def _publish(page: Page) -> None:
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()


def _api(world: World, path: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(world.demo.url("delivery", path), trust_env=False).json()
    return answer
