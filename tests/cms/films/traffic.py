"""Which parts does a browser send to the store, and when may it?"""

import re
from collections import Counter

from playwright.sync_api import Request, Route

from tests.cms.films.visitor import Visitor


class Counted:
    """How often each part was sent, and how often it arrived."""

    def __init__(self, visitor: Visitor) -> None:
        self.sent: Counter[int] = Counter()
        self.arrived: Counter[int] = Counter()
        visitor.page.on("requestfinished", self._finished)
        visitor.page.on("request", lambda request: self.sent.update(number_of(request)))

    def _finished(self, request: Request) -> None:
        response = request.response()
        if response and response.ok:
            self.arrived.update(number_of(request))


class Gate:
    """Holds the parts with these numbers back, so that what happens meanwhile happens in the middle."""

    def __init__(self, visitor: Visitor, numbers: str) -> None:
        self.held: list[Route] = []
        self.is_open = False
        visitor.page.route(re.compile(rf"partNumber=[{numbers}]&"), lambda route: self._meet(route))

    def open(self) -> None:
        self.is_open = True
        for route in self.held:
            route.continue_()

    def _meet(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.held.append(route)


def number_of(request: Request) -> list[int]:
    """Return the number of the part a request sends; nothing for another request."""
    found = re.search(r"[?&]partNumber=(\d+)", request.url)
    return [int(found[1])] if found and request.method == "PUT" else []
