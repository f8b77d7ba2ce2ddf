"""How does a browser speak that sends a film straight to the store, one request at a time?"""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from django.test import Client
from django.urls import reverse

from cms.films.containers import HEAD_BYTES
from cms.films.models import Film, Upload
from foundation.configuration import storages_from
from foundation.storage import private_store, public_store
from foundation.storage.buckets import Outcome, prepare
from foundation.storage.parts import PartStore, taking_parts
from tests.servers.seaweedfs import SeaweedFS

BUCKETS = "films"


def use_buckets(server: SeaweedFS, settings: Any) -> PartStore:
    """Let this process keep its files on ``server``."""
    url = server.url(BUCKETS)
    made = storages_from(url, data_dir=settings.DATA_DIR)
    settings.STORAGES = {**settings.STORAGES, **{name: made[name] for name in ("default", "private", "public")}}
    settings.STORAGE_BROWSER_URL = f"http://127.0.0.1:{server.port}"
    store = taking_parts(private_store())
    assert store is not None
    return store


def make_buckets(*, upload_origins: Sequence[str]) -> None:
    """Do what the command prepare_stores does, so that pages of ``upload_origins`` may send films."""
    stores: Any = (private_store(), public_store())
    refused = [step for step in prepare(*stores, upload_origins=upload_origins) if step.outcome is Outcome.REFUSED]
    assert refused == []


class DirectClient:
    """Says exactly what it is told to: to the CMS over Django's test client, to the store over the line."""

    def __init__(self, client: Client, line: httpx.Client) -> None:
        self.client, self.line = client, line

    def create(self, to: Film, data: bytes, /, **changes: Any) -> Any:
        head = base64.b64encode(data[:HEAD_BYTES]).decode()
        told = {"film": str(to.pk), "name": "film.mp4", "size_bytes": len(data), "modified_ms": 1, "head": head}
        return self.post(reverse("films:direct_uploads"), told | changes)

    def begin(self, film: Film, data: bytes, **changes: Any) -> str:
        response = self.create(film, data, **changes)
        assert response.status_code == 201, response.content
        return str(response.json()["url"])

    def missing(self, url: str) -> list[int]:
        response = self.client.get(url)
        assert response.status_code == 200, response.content
        return list(response.json()["missing"])

    def urls(self, url: str, *numbers: int, sent: int = 0) -> dict[str, str]:
        response = self.post(url, {"sent_bytes": sent, "parts": [{"number": number} for number in numbers]})
        assert response.status_code == 200, response.content
        return dict(response.json()["urls"])

    def put(self, url: str, data: bytes, *numbers: int) -> None:
        """Send these parts of the file, each with its hash."""
        size = Upload.objects.get(pk=id_in(url)).part_bytes
        for number in numbers:
            content = data[(number - 1) * size : number * size]
            sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
            told = self.post(url, {"sent_bytes": 0, "parts": [{"number": number, "sha256": sha256}]}).json()
            headers = {"x-amz-checksum-sha256": sha256}
            answer = self.line.put(told["urls"][str(number)], content=content, headers=headers)
            assert answer.status_code == 200, answer.text

    def complete(self, url: str) -> Any:
        return self.post(f"{url}complete/", {})

    def send(self, film: Film, path: Path) -> Upload:
        """Upload a whole file."""
        data = path.read_bytes()
        url = self.begin(film, data)
        self.put(url, data, *self.missing(url))
        assert self.complete(url).status_code == 204
        return Upload.objects.get(pk=id_in(url))

    def post(self, url: str, told: dict[str, Any], **headers: str) -> Any:
        return self.client.post(url, told, content_type="application/json", headers=headers)


def id_in(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]
