"""Which screens are ours, and where are they in a demo?"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from infra.local.chain.staff import Staff
from tests.browser.demo import Demo

LANGUAGES = ("en", "fr", "ar")


class World:
    """A demo, and somebody to ask for the numbers of its pages. Addresses are looked up once."""

    def __init__(self, demo: Demo, staff: Staff) -> None:
        self.demo, self.staff = demo, staff
        self._known: dict[str, str] = {}

    def url(self, screen: "Screen") -> str:
        if screen.name not in self._known:
            self._known[screen.name] = screen.address(self)
        return self._known[screen.name]

    def page(self, kind: str, path: str = "/edit/", prefix: str = "/admin/pages/") -> str:
        """Return the address of a screen about the first English page of this kind."""
        number = min(self.staff.page_ids(kind, "en"))
        return self.demo.url("editing", f"{prefix}{number}{path}")

    def film(self, path: str = "/admin/films/edit/{}/") -> str:
        found = re.findall(r"/admin/films/edit/([0-9a-f-]{36})/", self.staff.get("/admin/films/"))
        return self.demo.url("editing", path.format(found[-1]))

    def tool(self, kind: str) -> str:
        """Return the page of the partner's site about the first tool of this kind."""
        answer = httpx.get(self.demo.url("delivery", f"/v1/tools?kind={kind}&locale=en&sort=title"), trust_env=False)
        return self.demo.url("partner-site", f"/tools/{answer.json()['items'][-1]['tool_id']}")


@dataclass(frozen=True)
class Screen:
    """``is_translated``: it speaks the visitor's language."""

    name: str
    address: Callable[[World], str]
    is_translated: bool = True


def _admin(name: str, path: str) -> Screen:
    return Screen(name, lambda world: world.demo.url("editing", path))


def _site(name: str, process: str, path: str, *, is_translated: bool = True) -> Screen:
    return Screen(name, lambda world: world.demo.url(process, path), is_translated)


SCREENS = (
    _admin("dashboard", "/admin/"),
    Screen("tools", lambda world: world.page("library.ToolIndexPage", "/")),
    Screen("comic-editor", lambda world: world.page("library.ComicPage")),
    Screen("film-editor", lambda world: world.page("library.FilmPage")),
    Screen("issue-editor", lambda world: world.page("newsroom.IssuePage")),
    Screen("releases", lambda world: world.page("library.ComicPage", "/", "/admin/releases/")),
    Screen("recall", lambda world: world.page("library.ComicPage", "/recall/", "/admin/releases/")),
    _admin("films", "/admin/films/"),
    _admin("new-film", "/admin/films/new/"),
    Screen("film", lambda world: world.film()),
    Screen("captions", lambda world: world.film("/admin/films/captions/{}/fr/")),
    Screen("send", lambda world: world.page("newsroom.IssuePage", "/send/", "/admin/newsroom/")),
    _admin("partners", "/admin/partner-keys/"),
    _admin("new-key", "/admin/partner-keys/new/"),
    _admin("new-endpoint", "/admin/partner-endpoints/new/"),
    _admin("messages", "/admin/partner-deliveries/"),
    _site("partner-site", "partner-site", "/"),
    Screen("comic", lambda world: world.tool("comic")),
    Screen("film-page", lambda world: world.tool("film")),
    _site("subscribe", "newsletter", "/subscribe/"),
    _site("mails", "mails", "/"),
    _site("api", "delivery", "/", is_translated=False),
)
