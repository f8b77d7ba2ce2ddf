"""What does a browser see that a person does not: foreign requests, errors in the console, broken content security?"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

OWN_SCHEMES = {"data", "blob", "about"}


@dataclass
class Watch:
    """Collects complaints about every page of a context."""

    complaints: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("page", self._page)

    def expect(self, words: str) -> None:
        """Take messages in the console that contain ``words`` as part of what is tested, such as a refusal."""
        self.expected.add(words)

    def drain(self) -> list[str]:
        """Return the complaints so far and forget them."""
        complaints, self.complaints = self.complaints, []
        return complaints

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"error in a script of {page.url}: {error}"))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in OWN_SCHEMES and address.hostname != "127.0.0.1":
            self.complaints.append(f"request to {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        is_expected = any(words in message.text for words in self.expected)
        if message.type in {"error", "warning"} and not is_expected:
            self.complaints.append(f"{message.type} in the console of {message.location.get('url')}: {message.text}")
