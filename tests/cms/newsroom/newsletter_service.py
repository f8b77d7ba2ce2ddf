"""How does the newsletter service look from the CMS? A small server that speaks its contract, and can misbehave."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

from foundation.contracts.newsletter import (
    CampaignCounts,
    CampaignRequest,
    CampaignState,
    CampaignStatus,
    MailingList,
    MailingLists,
)

KEY = "newsletter-key"
LISTS = (
    MailingList(slug="schools", name="Schools in Flanders", subscribers={"nl-BE": 120, "fr": 30, "en": 5}),
    MailingList(slug="youth", name="Youth workers", subscribers={"fr": 40, "ar": 3}),
    MailingList(slug="press", name="Press", subscribers={}),
)
AFTER: dict[str, CampaignState] = {
    "pause": "paused",
    "resume": "sending",
    "cancel": "cancelled",
    "resend-in-doubt": "sending",
}


@dataclass
class NewsletterService:
    """``requests`` is what was asked, ``campaigns`` what came of it by idempotency key; ``failing`` answers 503."""

    url: str = ""
    failing: bool = False
    drop_answers: int = 0
    requests: list[tuple[str, str]] = field(default_factory=list)
    campaigns: dict[str, CampaignStatus] = field(default_factory=dict)

    def campaign_for(self, key: str, request: CampaignRequest) -> CampaignStatus:
        return self.campaigns.setdefault(key, status(issue_id=request.issue_id))

    def advance(self, state: CampaignState, **counts: int) -> CampaignStatus:
        """Let the only campaign go on."""
        [(key, old)] = self.campaigns.items()
        self.campaigns[key] = old.model_copy(
            update={"version": old.version + 1, "state": state, "counts": counts_of(**counts) if counts else old.counts}
        )
        return self.campaigns[key]


def status(*, version: int = 1, state: CampaignState = "preparing", **fields: Any) -> CampaignStatus:
    counts = fields.pop("counts", counts_of())
    ids = {"campaign_id": uuid4(), "issue_id": uuid4()} | fields
    return CampaignStatus(**ids, version=version, state=state, counts=counts, changed_at=datetime.now(UTC))


def counts_of(
    *, accepted: int = 0, rejected: int = 0, in_doubt: int = 0, suppressed: int = 0, pending: int = 0
) -> CampaignCounts:
    audience = accepted + rejected + in_doubt + suppressed + pending
    return CampaignCounts(
        audience=audience,
        accepted=accepted,
        rejected=rejected,
        in_doubt=in_doubt,
        suppressed=suppressed,
        pending=pending,
    )


@contextmanager
def serving(service: NewsletterService, *, port: int = 0) -> Iterator[NewsletterService]:
    """Serve on a free port of the loopback until the block ends."""

    class Handler(_Handler):
        told = service

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    told: NewsletterService

    def do_GET(self) -> None:
        self.told.requests.append(("GET", self.path))
        if self._refused():
            return
        if self.path == "/v1/lists":
            self._answer(200, MailingLists(items=LISTS).model_dump_json())
        else:
            known = self._campaign()
            self._answer(200 if known else 404, known.model_dump_json() if known else "{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.told.requests.append(("POST", self.path))
        if self._refused():
            return
        if self.path == "/v1/campaigns":
            self._start(CampaignRequest.model_validate_json(body))
        else:
            self._steer()

    def _start(self, request: CampaignRequest) -> None:
        unknown = set(request.lists) - {entry.slug for entry in LISTS}
        if unknown:
            self._answer(422, json.dumps({"detail": f"There is no list {', '.join(unknown)}."}))
            return
        started = self.told.campaign_for(self.headers["Idempotency-Key"], request)
        if self.told.drop_answers:
            self.told.drop_answers -= 1
            self.close_connection = True
            return
        self._answer(202, started.model_dump_json())

    def _steer(self) -> None:
        steering = self.path.rsplit("/", 1)[1]
        known = self._campaign()
        if known is None or known.state in {"cancelled", "failed"}:
            self._answer(409, json.dumps({"detail": "Not now."}))
            return
        self._answer(200, self.told.advance(AFTER[steering]).model_dump_json())

    def _campaign(self) -> CampaignStatus | None:
        wanted = self.path.split("/")[3]
        return next((known for known in self.told.campaigns.values() if str(known.campaign_id) == wanted), None)

    def _refused(self) -> bool:
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self._answer(401, "{}")
        elif self.told.failing:
            self._answer(503, "{}")
        else:
            return False
        return True

    def _answer(self, code: int, body: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test says what matters."""
