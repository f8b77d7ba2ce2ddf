"""How does a film file leave a browser? In pieces to the CMS (tus), or in parts straight to an S3 store."""

import base64
from pathlib import Path
from typing import Any, Protocol

import httpx

from infra.local.chain.expecting import answered
from infra.local.chain.staff import Staff

PIECE_BYTES = 96 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
HEAD_BYTES = 4096


class Upload(Protocol):
    """A file on its way; it can be given up at any moment and sent on later."""

    def send(self, *, at_most: int | None = None) -> None:
        """Send what hasn't arrived, or only the next pieces of it."""

    def arrived_bytes(self) -> int:
        """Ask how much has arrived."""


def begin_upload(staff: Staff, film: str, path: Path) -> Upload:
    """Announce a file for a film, straight to the store where the installation offers that."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    status = path.stat()
    announced = {
        "film": film,
        "name": path.name,
        "size_bytes": status.st_size,
        "modified_ms": status.st_mtime_ns // 1_000_000,
        "head": base64.b64encode(head).decode(),
    }
    answer = staff.request("POST", "/admin/films/direct/", json=announced)
    if answer.status_code == 404 and answer.json()["title"] == "No direct uploads":
        return PiecesToTheCms(staff, film, path)
    return PartsToTheStore(staff, answered(answer, 201).json(), path)


class PiecesToTheCms:
    """tus 1.0.0: core and creation."""

    def __init__(self, staff: Staff, film: str, path: Path) -> None:
        self._staff, self._path = staff, path
        metadata = {"film": film, "filename": path.name}
        encoded = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in metadata.items())
        headers = TUS | {"Upload-Length": str(path.stat().st_size), "Upload-Metadata": encoded}
        answer = staff.request("POST", "/admin/films/uploads/", headers=headers)
        self._address = answered(answer, 201).headers["Location"]

    def arrived_bytes(self) -> int:
        answer = self._staff.request("HEAD", self._address, headers=TUS)
        return int(answered(answer, 200).headers["Upload-Offset"])

    def send(self, *, at_most: int | None = None) -> None:
        offset, sent = self.arrived_bytes(), 0
        while offset < self._path.stat().st_size and sent != at_most:
            headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            piece = _piece(self._path, offset, PIECE_BYTES)
            answer = answered(self._staff.request("PATCH", self._address, headers=headers, content=piece), 204)
            offset, sent = int(answer.headers["Upload-Offset"]), sent + 1


class PartsToTheStore:
    """Parts by signed URLs; the installation says which are missing."""

    def __init__(self, staff: Staff, begun: dict[str, Any], path: Path) -> None:
        self._staff, self._path = staff, path
        self._address, self._part_bytes = str(begun["url"]), int(begun["part_bytes"])

    def arrived_bytes(self) -> int:
        missing = [self._size_of(number) for number in self._missing()]
        return self._path.stat().st_size - sum(missing)

    def send(self, *, at_most: int | None = None) -> None:
        missing = self._missing()
        for number in missing[:at_most]:
            wanted = {"sent_bytes": 0, "parts": [{"number": number}]}
            urls = answered(self._staff.request("POST", self._address, json=wanted), 200).json()["urls"]
            piece = _piece(self._path, (number - 1) * self._part_bytes, self._part_bytes)
            answered(
                httpx.put(urls[str(number)], content=piece, timeout=60, trust_env=False, verify=self._trusted), 200
            )
        if at_most is None or at_most >= len(missing):
            answered(self._staff.request("POST", f"{self._address}complete/"), 204)

    @property
    def _trusted(self) -> Any:
        return self._staff.trusted

    def _missing(self) -> list[int]:
        return list(answered(self._staff.request("GET", self._address), 200).json()["missing"])

    def _size_of(self, number: int) -> int:
        return min(self._part_bytes, self._path.stat().st_size - (number - 1) * self._part_bytes)


def _piece(path: Path, offset: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(size)
