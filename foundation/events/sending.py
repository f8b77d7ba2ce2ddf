"""How is one webhook sent? (Standard Webhooks 1.0)"""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from standardwebhooks.webhooks import Webhook

from foundation.events.endpoints import Endpoint
from foundation.events.models import OutboxEvent
from foundation.web.addresses import NotPublic, public_address
from foundation.web.requests import HEADER, current_request_id

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 10.0
LONGEST_PAUSE_S = 86_400.0
_WORTH_RETRYING = frozenset({408, 409, 429})


@dataclass(frozen=True)
class Answer:
    """What became of one attempt. ``status`` is None when nobody answered; ``retry_after_s`` is the endpoint's wish."""

    status: int | None
    duration_ms: int
    error: str = ""
    retry_after_s: float | None = None

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_worth_retrying(self) -> bool:
        return self.status is None or self.status >= 500 or self.status in _WORTH_RETRYING


def body_of(event: OutboxEvent) -> str:
    """Return the JSON that is signed and sent."""
    envelope = {"type": event.type, "timestamp": event.occurred_at.isoformat(), "data": event.data}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def send(event: OutboxEvent, endpoint: Endpoint) -> Answer:
    """Post ``event`` once; redirects are not followed, the answer's body is not read."""
    import httpx

    body, started = body_of(event), time.perf_counter()
    try:
        headers = signed_headers(event.webhook_id, body, endpoint.secret, at=datetime.now(UTC))
        url = httpx.URL(endpoint.url)
        pinned = _pinned(url) if endpoint.must_be_public else {"url": url}
        with _client().stream(
            "POST", content=body.encode(), headers=headers | {"Host": _host(url)}, **pinned
        ) as response:
            return _answer(response, _ms_since(started))
    except NotPublic as error:
        return Answer(None, _ms_since(started), str(error))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(None, _ms_since(started), type(error).__name__)


def _pinned(url: "httpx.URL") -> dict[str, Any]:
    """Return what to call instead: the address that was looked at, under the certificate of the name."""
    port = url.port or {"https": 443}.get(url.scheme, 80)
    address = public_address(url.host, port)
    return {"url": url.copy_with(host=address), "extensions": {"sni_hostname": url.host}}


def _host(url: "httpx.URL") -> str:
    return url.netloc.decode("ascii")


def signed_headers(webhook_id: str, body: str, secret: str, *, at: datetime) -> dict[str, str]:
    """Return the headers that prove who sent ``body``, and when."""
    at = at.astimezone(UTC)
    return {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, at, body),
        HEADER: current_request_id(),
    }


@cache
def _client() -> "httpx.Client":
    import httpx  # imported at the first delivery: most processes never send one

    return httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)


def _answer(response: "httpx.Response", duration_ms: int) -> Answer:
    error = "" if response.is_success else f"HTTP {response.status_code}"
    return Answer(response.status_code, duration_ms, error, _retry_after_s(response.headers.get("Retry-After", "")))


def _retry_after_s(value: str) -> float | None:
    """Read seconds or a date (RFC 9110 §10.2.3), at most a day; None for anything else."""
    if value.strip().isdigit():
        return min(float(value), LONGEST_PAUSE_S)
    try:
        pause_s = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(pause_s, 0.0), LONGEST_PAUSE_S)


def _ms_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
