"""What does the walk have at hand: the doors of an installation, and what was made on the way?"""

import secrets
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from infra.local.chain.installation import Installation
from infra.local.chain.staff import Staff

FILM = Path(__file__).parents[1] / "demo" / "films" / "gripper.mp4"


@dataclass
class Made:
    """Numbers and ids of what the walk has made."""

    film: str = ""
    partner: str = ""
    pages: dict[str, int] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    film_files: list[str] = field(default_factory=list)
    hook_secret: str = ""
    preferences: list[str] = field(default_factory=list)  # paths to the settings of each reader


class Scene:
    """An installation and everybody who knocks at its doors.

    ``tag`` is in every title, address and name the walk makes up, so that an installation can be walked through again.
    """

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.tag = secrets.token_hex(3)
        doors = installation.doors
        trusted = trust(doors.ca_file)
        self.staff = Staff(doors.editing, trusted=trusted)
        self.api = door(doors.delivery, trusted)
        self.newsletter = door(doors.newsletter, trusted)
        self.mails = door(doors.mails, trusted)
        self.site = door(doors.site, trusted)
        self.made = Made()
        self.feed_began_at = 0

    @property
    def readers(self) -> dict[str, str]:
        """Return the languages of the readers by their addresses."""
        names = {"teacher": "en", "enseignante": "fr", "leerkracht": "nl"}
        return {f"{name}-{self.tag}@example.org": language for name, language in names.items()}

    def close(self) -> None:
        for client in (self.staff.browser, self.api, self.newsletter, self.mails, self.site):
            client.close()

    def json(self, path: str, **query: str) -> Any:
        """Read the partner API."""
        answer = self.api.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def tools(self, **query: str) -> list[dict[str, Any]]:
        """Return the newest tools of the partner API."""
        items: list[dict[str, Any]] = self.json("/v1/tools", sort="-released_at", limit="50", **query)["items"]
        return items

    def changes(self, cursor: int) -> list[dict[str, Any]]:
        """Return every change of the feed after ``cursor``."""
        found: list[dict[str, Any]] = []
        while page := self.json("/v1/changes", cursor=str(cursor))["items"]:
            found += page
            cursor = page[-1]["cursor"]
        return found

    def feed_end(self) -> int:
        """Return the cursor of the last change there is."""
        last = self.changes(self.feed_began_at)
        return int(last[-1]["cursor"]) if last else self.feed_began_at

    def mails_to(self, recipient: str) -> list[dict[str, Any]]:
        """Return the caught mails to an address, whole, the newest first."""
        items = self.mails.get("/api/messages", params={"to": recipient}).json()["items"]
        return [self.mails.get(f"/api/messages/{item['id']}").json() for item in items]


def trust(ca_file: str) -> ssl.SSLContext:
    """Return whom to believe: the public authorities, or only the one in ``ca_file``."""
    return ssl.create_default_context(cafile=ca_file or None)


def door(address: str, trusted: ssl.SSLContext) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=30, trust_env=False, verify=trusted)
