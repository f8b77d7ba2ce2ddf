"""What does a member of staff do in the admin? By HTTP, with login, cookies and CSRF tokens, as a browser would."""

import json
import re
import ssl
from typing import Any

import httpx

from infra.local.chain.expecting import ChainBroken, answered, expect, wait_for
from infra.local.chain.forms import form_with


class Staff:
    """One member of staff at their browser."""

    def __init__(self, base_url: str, *, trusted: ssl.SSLContext | bool = True) -> None:
        self.base_url = base_url
        self.trusted = trusted
        self.browser = httpx.Client(
            base_url=base_url, timeout=60, follow_redirects=True, trust_env=False, verify=trusted
        )

    def login(self, name: str, password: str) -> bool:
        """Tell whether name and password open the admin."""
        form = form_with(self.get("/admin/login/"), "csrfmiddlewaretoken")
        sent = form.filled(username=name, password=password)
        answer = self.browser.post("/admin/login/", data=sent, headers=self._origin())
        return "/login/" not in str(answer.url)

    def get(self, path: str) -> str:
        return answered(self.browser.get(path), 200).text

    def submit(self, path: str, field: str, **changes: str | list[str]) -> httpx.Response:
        """Send the form of the page at ``path`` that has ``field``; return what it led to."""
        form = form_with(self.get(path), field)
        return self.post(form.action or path, form.filled(**changes))

    def post(self, path: str, data: dict[str, Any], **options: Any) -> httpx.Response:
        headers = self._origin() | {"X-CSRFToken": self.browser.cookies.get("csrftoken") or ""}
        return self.browser.post(path, data=data, headers=headers, **options)

    def _origin(self) -> dict[str, str]:
        return {"Origin": self.base_url, "Referer": f"{self.base_url}/admin/"}

    def page_ids(self, kind: str, locale: str, *, order: str = "id") -> list[int]:
        """Return the pages of a type among the first in a language, by the interface the admin's own choosers use."""
        query = {"locale": locale, "order": order, "limit": "20"}
        answer = answered(self.browser.get("/admin/api/main/pages/", params=query), 200)
        return [int(item["id"]) for item in answer.json()["items"] if item["meta"]["type"] == kind]

    def add_page(self, kind: str, parent: int, **fields: str | list[str]) -> int:
        """Save a new page as a draft and return its number."""
        path = f"/admin/pages/add/{kind.replace('.', '/').lower()}/{parent}/"
        answer = self.submit(path, "title", **fields)
        return _page_number(answer, "saved")

    def save_page(self, page: int, **fields: str | list[str]) -> httpx.Response:
        return answered(self.submit(f"/admin/pages/{page}/edit/", "title", **fields), 200)

    def publish(self, page: int, **fields: str | list[str]) -> list[str]:
        """Press "Publish"; return the reasons against it, none when it was published."""
        answer = self.save_page(page, **fields, **{"action-publish": "action-publish"})
        return reasons_in(answer.text)

    def translate(self, page: int, kind: str, locale: str) -> int:
        """Copy a page for translation and return the number of the copy."""
        path = f"/admin/translation/submit/page/{page}/"
        form = form_with(self.get(path), "csrfmiddlewaretoken")
        known = set(self.page_ids(kind, locale, order="-id"))
        number = self._locale_number(path, locale)
        answered(self.post(path, form.filled(locales=number)), 200)
        made = set(self.page_ids(kind, locale, order="-id")) - known
        expect(len(made) == 1, f"Copying page {page} to {locale} made {len(made)} pages.")
        return made.pop()

    def _locale_number(self, path: str, locale: str) -> str:
        names = {"fr": "French", "nl": "Dutch", "de": "German", "ar": "Arabic", "en": "English"}
        pattern = r'name="locales" value="(\d+)"[^>]*>\s*(?:<[^>]+>\s*)*' + names[locale]
        found = re.search(pattern, self.get(path))
        if found is None:
            raise ChainBroken(f"The page {path} does not offer {names[locale]}.")
        return found[1]

    def upload_picture(self, title: str, content: bytes, description: str) -> str:
        """Upload a picture and return its number."""
        path = "/admin/images/multiple/add/"
        self.get(path)
        answer = self.post(path, {"title": title}, files={"files[]": (f"{title}.png", content, "image/png")})
        made = answered(answer, 200).json()
        expect(made.get("success"), f"The picture was refused: {made.get('error_message')}")
        number = str(made["image_id"])
        form = form_with(self.get(f"/admin/images/{number}/"), "title")
        answered(self.post(f"/admin/images/{number}/", form.filled(title=title, description=description)), 200)
        return number

    def recall(self, page: int, *, reason: str) -> None:
        """Withdraw every release of the page's tool."""
        path = f"/admin/releases/{page}/recall/"
        answered(self.submit(path, "reason", scope="tool", reason=reason, confirmed="on"), 200)

    def add_film(self, title: str) -> str:
        """Make a film without a file and return its id."""
        answer = answered(self.submit("/admin/films/new/", "title", title=title), 200)
        found = re.search(r"/admin/films/edit/([0-9a-f-]{36})/", str(answer.url))
        if found is None:
            raise ChainBroken(f"Saving a film led to {answer.url}.")
        return found[1]

    def request(self, method: str, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        """Send what a script of the admin sends."""
        token = {"X-CSRFToken": self.browser.cookies.get("csrftoken") or ""}
        return self.browser.request(method, path, headers=self._origin() | token | (headers or {}), **body)

    def situation(self, film: str) -> dict[str, Any]:
        """Return how a film stands, as the script of its page asks."""
        found: dict[str, Any] = answered(self.browser.get(f"/admin/films/situation/{film}/"), 200).json()
        return found

    def wait_until_prepared(self, film: str, *, limit_s: float = 120) -> list[str]:
        """Wait until a film is ready; return the states that were seen on the way."""
        seen: list[str] = []

        def look() -> bool:
            situation = self.situation(film)
            if situation["state"] not in seen:
                seen.append(situation["state"])
            expect(situation["state"] not in {"refused", "failed"}, f"The film was refused: {situation['message']}")
            return bool(situation["state"] == "ready")

        wait_for("The film's being ready", look, limit_s=limit_s)
        return seen

    def add_captions(self, film: str, locale: str, vtt: str) -> None:
        path = f"/admin/films/captions/{film}/{locale}/"
        answer = answered(self.submit(path, "text", text=vtt), 200)
        expect("/edit/" in str(answer.url), f"The captions in {locale} were refused.")


def _page_number(answer: httpx.Response, done: str) -> int:
    found = re.search(r"/admin/pages/(\d+)/edit/", str(answer.url))
    if found is None:
        errors = re.findall(r'class="error-message"[^>]*>(.*?)</', answer.text, re.DOTALL)
        raise ChainBroken(f"The page was not {done}: {' '.join(errors) or answer.url}")
    return int(found[1])


def reasons_in(html: str) -> list[str]:
    """Return the reasons of the gate that the page shows at its top."""
    found = re.search(r"was not published.*?<ul>(.*?)</ul>", html, re.DOTALL)
    return (
        [re.sub(r"<[^>]+>", "", item).strip() for item in re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL)]
        if found
        else []
    )


def rich_text(text: str) -> str:
    """Return a paragraph as Wagtail's editor sends it."""
    block = {"key": "aaaaa", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def blocks(name: str, items: list[tuple[str, dict[str, str]]]) -> dict[str, str]:
    """Return the fields of a stream of blocks: for each its type and the fields of its value."""
    fields = {f"{name}-count": str(len(items))}
    for place, (kind, value) in enumerate(items):
        prefix = f"{name}-{place}"
        fields |= {f"{prefix}-deleted": "", f"{prefix}-order": str(place), f"{prefix}-type": kind, f"{prefix}-id": ""}
        fields |= {f"{prefix}-value-{key}": text for key, text in value.items()}
    return fields


def listed(name: str, items: list[dict[str, str]]) -> dict[str, str]:
    """Return the fields of a list of blocks within another one."""
    fields = {f"{name}-count": str(len(items))}
    for place, value in enumerate(items):
        prefix = f"{name}-{place}"
        fields |= {f"{prefix}-deleted": "", f"{prefix}-order": str(place), f"{prefix}-id": ""}
        fields |= {f"{prefix}-value-{key}": text for key, text in value.items()}
    return fields
