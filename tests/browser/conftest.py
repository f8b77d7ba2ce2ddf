"""What do the browser's tests share? One demo and one Chromium a session, one watched context a test."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize, sync_playwright

from infra.local.chain.staff import Staff
from tests.browser.demo import Demo, demo_at, running_demo
from tests.browser.screens import World
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
WIDTHS: dict[int, ViewportSize] = {1440: {"width": 1440, "height": 900}, 390: {"width": 390, "height": 844}}
LIMIT_MS = 15_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a demo that runs already be looked at, for a quick look while writing a test."""
    parser.addoption("--demo", metavar="DIR", help="use the demo that runs on this data folder instead of a new one")


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of its own, with its content."""
    running = request.config.getoption("--demo")
    if running:
        yield demo_at(Path(running))
        return
    with running_demo(tmp_path_factory.mktemp("demo") / "data") as started:
        yield started


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


@pytest.fixture(scope="session")
def staff(demo: Demo) -> Iterator[Staff]:
    """The same member of staff without a browser, to look things up."""
    member = Staff(demo.url("editing", ""))
    assert member.login(demo.user_name, demo.password)
    yield member
    member.browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What went wrong unseen; a test fails if anything did."""
    watching = Watch()
    yield watching
    assert watching.complaints == []


class Open(Protocol):
    """Opens a page; ``staff`` means logged in."""

    def __call__(
        self, url: str, *, width: int = 1440, locale: str = "en", staff: bool = False, scripts: bool = True
    ) -> Page: ...


@pytest.fixture
def open_page(request: pytest.FixtureRequest, chromium: Browser, watch: Watch) -> Iterator[Open]:
    """Opens pages in contexts of their own, all of them watched."""
    contexts: list[BrowserContext] = []

    def open_it(url: str, *, width: int = 1440, locale: str = "en", staff: bool = False, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport=WIDTHS[width],
            locale=locale,
            storage_state=request.getfixturevalue("login") if staff else None,
            java_script_enabled=scripts,
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


class Windows:
    """One logged-in window for each language, kept open: loading a page in it takes no start."""

    def __init__(self, chromium: Browser, login: StorageState) -> None:
        self._chromium, self._login = chromium, login
        self._open: dict[str, tuple[Page, Watch]] = {}

    def __call__(self, locale: str) -> tuple[Page, Watch]:
        if locale not in self._open:
            self._open[locale] = self._new(locale)
        page, watch = self._open[locale]
        page.set_viewport_size(WIDTHS[1440])
        return page, watch

    def _new(self, locale: str) -> tuple[Page, Watch]:
        context = self._chromium.new_context(locale=locale, storage_state=self._login, reduced_motion="reduce")
        context.set_default_timeout(LIMIT_MS)
        watch = Watch()
        watch.over(context)
        return context.new_page(), watch


@pytest.fixture(scope="session")
def windows(chromium: Browser, login: StorageState) -> Windows:
    return Windows(chromium, login)


@pytest.fixture(scope="session")
def world(demo: Demo, staff: Staff) -> World:
    return World(demo, staff)


@pytest.fixture(scope="session")
def screenshots(repository: Path) -> Path:
    return repository / "docs" / "screenshots"
