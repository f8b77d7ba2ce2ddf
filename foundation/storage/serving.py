"""How is a stored file answered over HTTP? (RFC 9110 §13 conditional requests, §14 ranges)"""

import hashlib
import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

from foundation.storage.errors import StoredFileMissing, StoreUnavailable, UnsafeKey
from foundation.storage.keys import StoredKey
from foundation.storage.stores import Store

TEXT = "text/plain; charset=utf-8"
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
    request: HttpRequest, store: Store, key: str, *, media_type: str, cache_control: str, etag: str = ""
) -> HttpResponseBase:
    """Answer GET or HEAD for the file at ``key``: 200, 206, 304, 404, 416, or 503 when the store doesn't answer.

    ``etag`` is strong and without quotes; without one it names the version that lies there now. The file is streamed in
    blocks of 64 KiB, so a film of any length takes no more memory than a picture.
    """
    try:
        state = store.stat(key)
        quoted = f'"{etag or _name_of(state)}"'
        response = _conditional(request, store, state, quoted)
    except (StoredFileMissing, UnsafeKey):
        return HttpResponse("There is no such file.", status=404, content_type=TEXT)
    except StoreUnavailable:
        sentence = "The files can't be reached at the moment. Try again in a minute."
        return HttpResponse(sentence, status=503, content_type=TEXT, headers={"Retry-After": "30"})
    response["ETag"], response["Cache-Control"], response["Accept-Ranges"] = quoted, cache_control, "bytes"
    if response.status_code in {200, 206}:
        response["Content-Type"] = media_type
    return response


def _name_of(state: StoredKey) -> str:
    return hashlib.sha256(f"{state.key} {state.version}".encode()).hexdigest()


def _conditional(request: HttpRequest, store: Store, state: StoredKey, quoted: str) -> HttpResponseBase:
    if _matches(request.headers.get("If-None-Match", ""), quoted):
        return HttpResponseNotModified()
    try:
        part = _requested(request, state.size_bytes, quoted)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{state.size_bytes}"})
    response = _sent(request, store, state.key, part or Slice(0, state.size_bytes))
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{state.size_bytes}"
    return response


def _sent(request: HttpRequest, store: Store, key: str, part: Slice) -> HttpResponseBase:
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(store.read(key, part.start, part.stop))
    response["Content-Length"] = str(part.size_bytes)
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
