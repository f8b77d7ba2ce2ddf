import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import barriers, sideways_px
from tests.browser.conftest import WIDTHS, Open
from tests.browser.pictures import keep_picture
from tests.browser.screens import World

SENT_WITHIN_MS = 60_000
SPOKEN = ("en", "fr")  # the languages the issues of the demo are released in


def test_an_issue_is_sent_from_the_admin_and_everybody_is_accounted_for(
    world: World, open_page: Open, screenshots: Path
) -> None:
    issue = max(world.staff.page_ids("newsroom.IssuePage", "en"))
    before = max((mail["id"] for mail in _mails(world)), default=0)
    page = open_page(world.demo.url("editing", f"/admin/newsroom/{issue}/send/"), staff=True)
    page.get_by_role("checkbox", name="Partners").check()
    page.get_by_role("button", name="Next: see who gets what").click()
    promised = int(page.locator(".sending-total strong").inner_text())

    page.get_by_role("button", name=re.compile("^Send to")).click()

    expect(page.locator("[data-live-done]")).to_be_attached(timeout=SENT_WITHIN_MS)
    keep_picture(page, screenshots / "sending-en-1440.webp")
    assert barriers(page) == []
    mails = [mail for mail in _mails(world) if mail["id"] > before]
    assert len(mails) == promised
    assert len({mail["recipients"][0] for mail in mails}) == promised


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", SPOKEN)
def test_a_mail_is_whole_in_its_language_and_loads_nothing_from_elsewhere(
    language: str, width: int, world: World, open_page: Open, screenshots: Path
) -> None:
    page = open_page("about:blank", width=width)

    page.set_content(_mail_in(world, language), wait_until="networkidle")

    keep_picture(page, screenshots / f"mail-{language}-{width}.webp")
    assert page.get_attribute("html", "lang") == language
    assert barriers(page) == []
    assert sideways_px(page) <= 0


def test_the_way_out_of_a_mail_takes_one_press_in_the_readers_language(world: World, open_page: Open) -> None:
    found = re.search(r'href="(http[^"]+/unsubscribe/[^"]+)"', _mail_in(world, "fr"))
    assert found is not None
    page = open_page(found[1], locale="de")
    asked = page.locator("h1").inner_text()
    assert barriers(page) == []

    page.locator("main button").first.click()

    expect(page.locator("h1")).not_to_have_text(asked)
    assert page.get_attribute("html", "lang") == "fr"
    assert barriers(page) == []


def _mails(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(world.demo.url("mails", "/api/messages"), trust_env=False).json()["items"]
    return found


def _mail_in(world: World, language: str) -> str:
    """Return the HTML of one sent issue in this language; the catcher lets no script run in it, not even axe."""
    for mail in _mails(world):
        html = httpx.get(world.demo.url("mails", f"/messages/{mail['id']}/html"), trust_env=False).text
        if mail["subject"].startswith("Make-IT-Safe") and re.search(f'<html[^>]* lang="{language}"', html):
            return html
    raise LookupError(f"No issue was sent in {language}.")
