"""Which request does this work belong to?

The id travels in the header ``X-Request-ID``, in jobs and in events, so that one search finds a whole chain.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Return the id of the request being served, or an empty string outside of any."""
    return _current.get()


@contextmanager
def request_id_scope(request_id: str) -> Iterator[str]:
    """Work under ``request_id``; an empty or malformed one is replaced by a new one."""
    chosen = request_id if _WELL_FORMED.fullmatch(request_id) else uuid4().hex
    token = _current.set(chosen)
    try:
        yield chosen
    finally:
        _current.reset(token)
