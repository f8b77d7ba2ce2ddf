"""How does a member of staff send a film in a real browser?

The browser lives in a thread of its own: Playwright brings an event loop, in which Django refuses its database.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from cms.films.models import Film
from tests.cms.factories import make_user

BYTES_PER_SECOND = 8_000_000
T = TypeVar("T")


class Visitor:
    """A member of staff on the page of a film, with a line that can be cut."""

    def __init__(self, page: Page, cdp: CDPSession, speed: int) -> None:
        self.page, self.cdp, self.speed = page, cdp, speed
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def line(self, *, cut: bool) -> None:
        speed = {"offline": cut, "latency": 5, "downloadThroughput": -1, "uploadThroughput": self.speed}
        self.cdp.send("Network.emulateNetworkConditions", speed)

    def choose(self, path: Path) -> None:
        self.page.set_input_files("#film-file-input", path)

    def part(self, name: str) -> Any:
        return self.page.locator(f"[data-{name}]")

    def percent(self) -> int:
        return int(self.part("upload-bar").get_attribute("aria-valuenow") or 0)

    def wait_for_percent(self, percent: int) -> None:
        for _twentieth_of_a_second in range(400):
            if self.percent() >= percent:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"The upload stands at {self.percent()} %.")


class Visit(Protocol):
    """Does something in the browser, and returns what it returns."""

    def __call__(self, act: Callable[[Visitor], T]) -> T: ...


class Window:
    """A browser that is there for all tests of a process."""

    def __init__(self, browser: Browser, thread: ThreadPoolExecutor) -> None:
        self.browser, self.thread = browser, thread

    def visit(self, server: str, film: Film, *, locale: str = "en", speed: int = BYTES_PER_SECOND) -> Visit:
        """Return how to do something on the page of ``film``, logged in."""
        client = Client()
        client.force_login(make_user())
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server}
        url = server + reverse("films:edit", args=[film.pk])

        def visiting(act: Callable[[Visitor], T]) -> T:
            context = self.browser.new_context(locale=locale)
            try:
                context.add_cookies([cookie])
                page = context.new_page()
                visitor = Visitor(page, context.new_cdp_session(page), speed)
                page.goto(url)
                visitor.cdp.send("Network.enable")
                visitor.line(cut=False)
                done = act(visitor)
                assert visitor.errors == []
                return done
            finally:
                context.close()

        def visit(act: Callable[[Visitor], T]) -> T:
            return self.thread.submit(visiting, act).result()

        return visit


@contextmanager
def open_window() -> Iterator[Window]:
    """Start Chromium; skips where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        browser = thread.submit(lambda: playwright.chromium.launch(executable_path=chromium)).result()
        try:
            yield Window(browser, thread)
        finally:
            thread.submit(browser.close).result()
            thread.submit(playwright.stop).result()
