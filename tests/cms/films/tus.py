"""How does a client of the tus protocol speak, one request at a time?"""

import base64
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from cms.films.models import Film, Upload

TYPE = "application/offset+octet-stream"


class TusClient:
    """Says exactly what it is told to, over Django's test client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def create(self, film: Film, length: int | str, filename: str = "film.mp4", **headers: str) -> Any:
        pairs = {"film": str(film.pk), "filename": filename}
        metadata = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in pairs.items())
        url = reverse("films:uploads")
        return self.ask("post", url, headers={"upload_length": str(length), "upload_metadata": metadata, **headers})

    def begin(self, film: Film, length: int, filename: str = "film.mp4") -> str:
        response = self.create(film, length, filename)
        assert response.status_code == 201, response.content
        return str(response.headers["Location"])

    def head(self, url: str) -> Any:
        return self.ask("head", url)

    def offset(self, url: str) -> int:
        return int(self.head(url).headers["Upload-Offset"])

    def patch(self, url: str, offset: int, data: bytes, **headers: str) -> Any:
        headers = {"upload_offset": str(offset), **headers}
        return self.ask("patch", url, data=data, content_type=TYPE, headers=headers)

    def delete(self, url: str) -> Any:
        return self.ask("delete", url)

    def send(self, film: Film, path: Path, *, piece: int = 1 << 20) -> Upload:
        """Upload a whole file in pieces."""
        data = path.read_bytes()
        url = self.begin(film, len(data), path.name)
        for start in range(0, len(data), piece):
            response = self.patch(url, start, data[start : start + piece])
            assert response.status_code == 204, response.content
        return Upload.objects.get(pk=url.rstrip("/").rpartition("/")[2])

    def ask(
        self, method: str, url: str, *, data: bytes = b"", content_type: str = "", headers: dict[str, str] | None = None
    ) -> Any:
        all_headers = {"tus_resumable": "1.0.0", **(headers or {})}
        named = {name.replace("_", "-"): value for name, value in all_headers.items() if value}
        call = getattr(self.client, method)
        if method == "head":
            return call(url, headers=named)
        return call(url, data=data, content_type=content_type or "application/octet-stream", headers=named)
