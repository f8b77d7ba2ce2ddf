"""How are answers made once and given many times, without ever giving an old one?

Everything the API says follows from the releases, and every release or recall moves the feed. So an answer is kept in
memory with the position of the feed it was made at; each request reads that position, which is one small query, and
an answer made at another position is never given.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from cms.delivery.queries import feed_position

CACHE_CONTROL = "public, max-age=60, must-revalidate"
"""A recall must win within a minute wherever an answer is kept (docs/adr/0003)."""
MAX_KEPT_BYTES = 16 * 1024 * 1024
BYTES_PER_ENTRY = 600
"""What an entry takes beside its body and its address, so that many small ones can't grow without limit."""


@dataclass(frozen=True)
class Answer:
    """A body and its strong validator, which is quoted already."""

    body: bytes
    etag: str
    media_type: str = "application/json"

    @classmethod
    def of(cls, body: bytes) -> "Answer":
        """Return the answer whose validator is the hash of its body."""
        return cls(body, f'"{hashlib.sha256(body).hexdigest()}"')


class Kept:
    """Answers by address, all made at one position of the feed; the oldest go when they take too much memory."""

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._position = -1
        self._bytes = 0
        self._answers: OrderedDict[tuple[int, str], Answer] = OrderedDict()

    def get(self, position: int, address: str) -> Answer | None:
        """Return what was answered at this position."""
        return self._answers.get((position, address))

    def put(self, position: int, address: str, answer: Answer) -> None:
        """Keep an answer; those of an older position are dropped."""
        with self._lock:
            if position < self._position:
                return
            if position > self._position:
                self._answers.clear()
                self._position, self._bytes = position, 0
            if (position, address) not in self._answers:
                self._answers[position, address] = answer
                self._bytes += len(answer.body) + len(address) + BYTES_PER_ENTRY
            while self._bytes > self._max_bytes:
                (_position, dropped), forgotten = self._answers.popitem(last=False)
                self._bytes -= len(forgotten.body) + len(dropped) + BYTES_PER_ENTRY

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._position, self._bytes = -1, 0


kept = Kept()


def answered(request: HttpRequest, make: Callable[[], Answer]) -> HttpResponse:
    """Answer from memory, or with ``make`` and remember it; 304 if the reader has it already."""
    address = request.get_full_path()
    position = feed_position()
    answer = kept.get(position, address)
    if answer is None:
        answer = make()
        kept.put(position, address, answer)
    return response_to(request, answer)


def response_to(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Return 200 with the body, without it for HEAD, or 304 (RFC 9110 §13)."""
    if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), answer.etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = HttpResponse(b"" if request.method == "HEAD" else answer.body, content_type=answer.media_type)
        response.headers["Content-Length"] = str(len(answer.body))
    response.headers["ETag"] = answer.etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def matches(header: str, etag: str) -> bool:
    """Say whether If-None-Match names ``etag``, compared weakly (RFC 9110 §13.1.2)."""
    if not header:
        return False
    return header.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in header.split(",")}
