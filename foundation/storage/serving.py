"""How is a stored file answered over HTTP? (RFC 9110 §13 conditional requests, §14 ranges)"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from foundation.storage.errors import StoredFileMissing, UnsafeKey
from foundation.storage.files import FileStore
from foundation.storage.stores import local_path

BLOCK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"[^"]*"')


@dataclass(frozen=True)
class Slice:
    """The bytes ``start`` to ``stop`` (exclusive) of a file."""

    start: int
    stop: int

    @property
    def size_bytes(self) -> int:
        return self.stop - self.start


class Unsatisfiable(Exception):
    """No byte of the file lies in the range asked for."""


def file_response(
    request: HttpRequest, store: FileStore, key: str, *, media_type: str, etag: str, cache_control: str
) -> HttpResponseBase:
    """Answer GET or HEAD for the file at ``key``: 200, 206, 304, 404 or 416; ``etag`` is strong and without quotes.

    The file is streamed in blocks of 64 KiB, so a film of any length takes no more memory than a picture.
    """
    try:
        with local_path(store, key) as path:
            size = path.stat().st_size
            response = _conditional(request, path, size, quoted := f'"{etag}"')
    except (StoredFileMissing, UnsafeKey, FileNotFoundError):
        return HttpResponse("There is no such file.", status=404, content_type="text/plain; charset=utf-8")
    response["ETag"], response["Cache-Control"], response["Accept-Ranges"] = quoted, cache_control, "bytes"
    if response.status_code in {200, 206}:
        response["Content-Type"] = media_type
    return response


def _conditional(request: HttpRequest, path: Path, size: int, quoted: str) -> HttpResponseBase:
    if _matches(request.headers.get("If-None-Match", ""), quoted):
        return HttpResponseNotModified()
    try:
        part = _requested(request, size, quoted)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return _sent(request, path, part or Slice(0, size), size if part else None)


def _sent(request: HttpRequest, path: Path, part: Slice, whole_size: int | None) -> HttpResponseBase:
    status = 200 if whole_size is None else 206
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(status=status)
    else:
        response = StreamingHttpResponse(_Blocks(path, part), status=status)
    response["Content-Length"] = str(part.size_bytes)
    if whole_size is not None:
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{whole_size}"
    return response


def _requested(request: HttpRequest, size: int, quoted: str) -> Slice | None:
    """Return the single range asked for; None means the whole file (also for several ranges, RFC 9110 §14.2)."""
    condition = request.headers.get("If-Range", quoted)
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method not in {"GET", "HEAD"} or condition.strip() != quoted or not match:
        return None
    first, last = match.groups()
    if not (first or last) or (first and last and int(last) < int(first)):
        return None  # not a valid range: it is ignored
    part = _bounded(first, last, size)
    if part.size_bytes <= 0:
        raise Unsatisfiable
    return part


def _bounded(first: str, last: str, size: int) -> Slice:
    if not first:
        return Slice(max(0, size - int(last)), size)
    return Slice(int(first), min(int(last) + 1, size) if last else size)


def _matches(header: str, quoted: str) -> bool:
    """Compare weakly, as If-None-Match asks (RFC 9110 §13.1.2)."""
    return header.strip() == "*" or quoted in {tag.removeprefix("W/") for tag in _TAG.findall(header)}


class _Blocks:
    """The bytes of a part, block by block. Opened at once, so that a file deleted meanwhile is still sent whole."""

    def __init__(self, path: Path, part: Slice) -> None:
        self.stream = path.open("rb")
        self.stream.seek(part.start)
        self.left = part.size_bytes

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self.stream.read(min(BLOCK_BYTES, self.left))
        if not block:
            raise StopIteration
        self.left -= len(block)
        return block

    def close(self) -> None:
        """Called by Django when the response has been sent or given up."""
        self.stream.close()
