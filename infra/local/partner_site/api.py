"""How does a partner read the API? Conditionally: an answer is kept, and asked for again before it is shown.

Nothing is shown that the API would not show now: recalled tools answer 410, and a copy of them is dropped.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

KEPT_ANSWERS = 200
TIMEOUT_S = 5.0


class ApiError(Exception):
    """The API gave no answer to show."""


class ApiAway(ApiError):
    """The API cannot be reached, or is not well."""


class Unknown(ApiError):
    """404: there is no such tool, or not in a language that was asked for."""


class Withdrawn(ApiError):
    """410: the tool was recalled."""


@dataclass(frozen=True)
class Kept:
    etag: str
    content: Any


class PartnerApi:
    """Reads ``/v1`` below ``base_url``; usable from several threads."""

    def __init__(self, base_url: str, *, keys: Path | None = None, client: httpx.Client | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._client = client or httpx.Client(timeout=TIMEOUT_S, trust_env=False)
        self._keys = keys
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._turn = threading.Lock()

    def url(self, reference: str) -> str:
        """Return the address of a file of a payload: references are path-absolute (RFC 3986 §4.2)."""
        return self.base_url + reference

    def tools(self, *, locales: tuple[str, ...], kind: str = "") -> list[dict[str, Any]]:
        """Return the tools, each in the first of ``locales`` it exists in."""
        asked = {"locale": locales[0], "fallback": ",".join(locales[1:]), "sort": "-released_at", "limit": "50"}
        return self._items("/v1/tools", asked | ({"kind": kind} if kind else {}))

    def issues(self, *, locales: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
        asked = {"locale": locales[0], "fallback": ",".join(locales[1:]), "limit": str(limit)}
        return self._items("/v1/issues", asked)

    def tool(self, tool_id: str, *, locales: tuple[str, ...]) -> dict[str, Any]:
        """Return a tool or an issue with its payload; raises Withdrawn or Unknown."""
        asked = {"locale": locales[0], "fallback": ",".join(locales[1:])}
        found: dict[str, Any] = self._get(f"/v1/tools/{tool_id}", asked)
        return found

    def reachable(self) -> str | None:
        """Return None when the API answers, else a sentence."""
        try:
            self._get("/v1/changes", {"limit": "1"})
        except ApiError:
            return "The partner API does not answer."
        return None

    def _items(self, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._get(path, query)["items"]
        return items

    def _get(self, path: str, query: Mapping[str, str]) -> Any:
        address = f"{self.base_url}{path}?{urlencode(query)}"
        kept = self._kept.get(address)
        try:
            answer = self._client.get(address, headers=self._headers(kept))
        except httpx.HTTPError as error:
            raise ApiAway(type(error).__name__) from error
        if answer.status_code == httpx.codes.NOT_MODIFIED and kept:
            return kept.content
        self._forget(address)
        _raise_for(answer)
        return self._keep(address, answer)

    def _headers(self, kept: Kept | None) -> dict[str, str]:
        headers = {"If-None-Match": kept.etag} if kept else {}
        key = credentials(self._keys).get("api_key")
        return headers | ({"Authorization": f"Bearer {key}"} if key else {})

    def _keep(self, address: str, answer: httpx.Response) -> Any:
        content = answer.json()
        if "ETag" in answer.headers:
            with self._turn:
                self._kept[address] = Kept(answer.headers["ETag"], content)
                if len(self._kept) > KEPT_ANSWERS:
                    self._kept.popitem(last=False)
        return content

    def _forget(self, address: str) -> None:
        with self._turn:
            self._kept.pop(address, None)

    def forget_all(self) -> None:
        """Drop every copy: after a recall nothing of it may stay, not even in memory."""
        with self._turn:
            self._kept.clear()


def _raise_for(answer: httpx.Response) -> None:
    if answer.status_code == httpx.codes.GONE:
        raise Withdrawn
    if answer.status_code in {httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST}:
        raise Unknown
    if not answer.is_success:
        raise ApiAway(str(answer.status_code))


def credentials(path: Path | None) -> dict[str, str]:
    """Return the partner's key and webhook secret; empty until the partner was given them."""
    try:
        found = json.loads(path.read_text()) if path else {}
    except (OSError, ValueError):
        return {}
    return {name: str(value) for name, value in found.items()} if isinstance(found, dict) else {}
