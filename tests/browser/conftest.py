"""What do the browser's tests share? One demo and one Chromium a session, one watched context a test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize, sync_playwright

from tests.browser.demo import Demo, running_demo
from tests.browser.watching import Watch

# Without these Chromium asks the network for updates and the like.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
LIMIT_MS = 15_000


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own, with its content."""
    with running_demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def login(demo: Demo, chromium: Browser) -> StorageState:
    """The cookies of a member of staff."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(demo.url("editing", "/admin/login/"))
    page.fill("input[name=username]", demo.user_name)
    page.fill("input[name=password]", demo.password)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What went wrong unseen; a test fails if anything did."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


class Open(Protocol):
    """Opens a page; ``staff`` means logged in."""

    def __call__(self, url: str, *, width: int = 1440, locale: str = "en", staff: bool = False) -> Page: ...


@pytest.fixture
def open_page(request: pytest.FixtureRequest, chromium: Browser, watch: Watch) -> Iterator[Open]:
    """Opens pages in contexts of their own, all of them watched."""
    contexts: list[BrowserContext] = []

    def open_it(url: str, *, width: int = 1440, locale: str = "en", staff: bool = False) -> Page:
        context = chromium.new_context(
            viewport=DESKTOP if width == DESKTOP["width"] else PHONE,
            locale=locale,
            storage_state=request.getfixturevalue("login") if staff else None,
            reduced_motion="reduce",
        )
        context.set_default_timeout(LIMIT_MS)
        contexts.append(context)
        watch.over(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def screenshots(repository: Path) -> Path:
    return repository / "docs" / "screenshots"


Shown = Callable[[Page], None]
