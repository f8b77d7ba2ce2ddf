from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.screens import World

_FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) { return null; }
  const style = getComputedStyle(element);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const name = element.textContent.trim() || element.name || element.tagName;
  return { name, seen: ring || style.boxShadow !== "none" };
}"""
_REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((element) => !element.disabled && element.tabIndex >= 0 && element.checkVisibility()).length"""
_TYPING_MS = 150  # between two keys; a form that comes back in less than two seconds was filled in by a machine


def _walk(page: Page) -> list[dict[str, object]]:
    """Press Tab until the focus leaves the page; return where it was."""
    stops: list[dict[str, object]] = []
    for _ in range(100):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            break
        stops.append(focused)
    return stops


def test_the_partners_site_is_walked_by_keyboard_and_the_focus_is_seen(world: World, open_page: Open) -> None:
    page = open_page(world.demo.url("partner-site"))

    stops = _walk(page)

    assert len(stops) >= page.evaluate(_REACHABLE)
    assert [stop["name"] for stop in stops if not stop["seen"]] == []


def test_the_first_stop_leads_past_the_navigation(world: World, open_page: Open) -> None:
    page = open_page(world.demo.url("partner-site"))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.url.endswith("#content")


def test_a_reader_subscribes_by_keyboard_alone_and_without_scripts(world: World, open_page: Open) -> None:
    page = open_page(world.demo.url("newsletter", "/subscribe/"), locale="fr", scripts=False)

    page.get_by_role("textbox").focus()
    page.keyboard.type("clavier@example.org", delay=_TYPING_MS)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    page.wait_for_url("**/subscribe/sent/**")
    assert page.get_attribute("html", "lang") == "fr"
