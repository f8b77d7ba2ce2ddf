"""How does a step say that something is not as it must be, and how does it wait for something to come true?"""

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

Found = TypeVar("Found")
LOOK_EVERY_S = 0.2


class ChainBroken(Exception):
    """A step found something that must not be; one sentence for a person."""


def expect(condition: object, otherwise: str) -> None:
    if not condition:
        raise ChainBroken(otherwise)


def same(what: str, found: object, wanted: object) -> None:
    """Raise ChainBroken unless ``found`` is what is ``wanted``."""
    if found != wanted:
        raise ChainBroken(f"{what} is {found!r}, not {wanted!r}.")


def answered(answer: httpx.Response, status: int) -> httpx.Response:
    """Return the answer; raises ChainBroken, with its beginning, when it has another status."""
    if answer.status_code != status:
        request = answer.request
        beginning = " ".join(answer.text[:300].split())
        raise ChainBroken(f"{request.method} {request.url} answered {answer.status_code}, not {status}: {beginning}")
    return answer


def wait_for(what: str, look: Callable[[], Found | None], *, limit_s: float = 60) -> Found:
    """Return what ``look`` finds, asked again and again; an answer that is late or lost is no failure yet."""
    deadline = time.monotonic() + limit_s
    trouble = ""
    while time.monotonic() < deadline:
        try:
            found = look()
        except httpx.HTTPError as error:
            found, trouble = None, f" ({type(error).__name__})"
        if found:
            return found
        time.sleep(LOOK_EVERY_S)
    raise ChainBroken(f"{what} did not come true within {limit_s:.0f} s{trouble}.")
