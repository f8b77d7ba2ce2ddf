"""What does the walk have at hand: the doors of an instance, and what was made on the way?"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from infra.local.chain.instance import Instance
from infra.local.chain.staff import Staff
from infra.local.places import Place, address

FILM = Path(__file__).parents[1] / "demo" / "films" / "gripper.mp4"


def door(port: int) -> httpx.Client:
    return httpx.Client(base_url=address(port), timeout=30, trust_env=False)


@dataclass
class Made:
    """Numbers and ids of what the walk has made."""

    film: str = ""
    upload: str = ""
    pages: dict[str, int] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    film_files: list[str] = field(default_factory=list)
    hook_secret: str = ""


class Scene:
    """An instance and everybody who knocks at its doors."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.place: Place = instance.place
        ports = self.place.ports
        self.staff = Staff(address(ports.editing))
        self.api = door(ports.delivery)
        self.newsletter = door(ports.newsletter)
        self.mails = door(ports.mails)
        self.site = door(ports.partner_site)
        self.made = Made()

    def close(self) -> None:
        for client in (self.staff.browser, self.api, self.newsletter, self.mails, self.site):
            client.close()

    def json(self, path: str, **query: str) -> Any:
        """Read the partner API."""
        answer = self.api.get(path, params=query)
        answer.raise_for_status()
        return answer.json()

    def mails_to(self, recipient: str) -> list[dict[str, Any]]:
        """Return the caught mails to an address, whole, the newest first."""
        items = self.mails.get("/api/messages", params={"to": recipient}).json()["items"]
        return [self.mails.get(f"/api/messages/{item['id']}").json() for item in items]
