"""How many requests may a reader make? Counted in this process, per minute; addresses are forgotten when their minute
is over.

The answer says how many are left (``RateLimit`` and ``RateLimit-Policy``, draft-ietf-httpapi-ratelimit-headers).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from cms.partners.queries import ActiveKey

WINDOW_S = 60
MAX_COUNTED = 20_000
"""Readers counted at a time: some megabytes."""


@dataclass(frozen=True)
class Allowance:
    """What a reader may still do: ``remaining`` is below zero once it was too much."""

    policy: str
    limit: int
    remaining: int
    reset_s: int

    @property
    def is_exceeded(self) -> bool:
        """Say whether this request was one too many."""
        return self.remaining < 0

    def headers(self) -> dict[str, str]:
        """Return how a reader is told."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"{self.policy}";r={max(self.remaining, 0)};t={self.reset_s}',
        }


class Counter:
    """Counts requests in windows of a minute that begin with a reader's first request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, reader: str, policy: str, limit: int) -> Allowance:
        """Count one request."""
        now = self._clock()
        with self._lock:
            ends_at, used = self._windows.get(reader, (0.0, 0))
            if now >= ends_at:
                self._make_room(now)
                ends_at, used = now + WINDOW_S, 0
            self._windows[reader] = (ends_at, used + 1)
        return Allowance(policy, limit, limit - used - 1, max(1, round(ends_at - now)))

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._windows.clear()

    def _make_room(self, now: float) -> None:
        if len(self._windows) >= MAX_COUNTED:
            self._windows = {reader: window for reader, window in self._windows.items() if window[0] > now}
        if len(self._windows) >= MAX_COUNTED:
            self._windows.clear()


counter = Counter()


def address_of(request: HttpRequest) -> str:
    """Return the reader's address: what the outermost of our own proxies has seen, or the peer."""
    if settings.TRUSTED_PROXIES:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return str(seen[-min(settings.TRUSTED_PROXIES, len(seen))].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def allowance_of(request: HttpRequest, key: ActiveKey | None) -> Allowance:
    """Count a request for its key, or without one for its address."""
    if key is None:
        return counter.take(f"address:{address_of(request)}", "anonymous", settings.API_REQUESTS_PER_MINUTE)
    limit = key.requests_per_minute or settings.API_KEY_REQUESTS_PER_MINUTE
    return counter.take(f"key:{key.pk}", "key", limit)
