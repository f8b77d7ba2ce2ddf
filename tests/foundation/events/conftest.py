"""What do the tests of events share? A real web server that plays the other side."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from foundation.contracts.publishing import RecalledRelease, ReleaseRecalled
from foundation.events.endpoints import Endpoint
from tests.foundation.example import endpoints
from tests.foundation.settings import WEBHOOK_SOURCES

SECRET = WEBHOOK_SOURCES["sender"]
TOOL = UUID("5b0c6f0e-64e5-4a39-8e5c-3c1e1b9a1d11")
AT = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


@dataclass
class Heard:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class OtherSide:
    """A server that answers what the test says, 204 when it says nothing, and remembers what it heard."""

    url: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def verified(self, number: int = -1) -> object:
        """Return the JSON body of a request if its signature is genuine."""
        heard = self.heard[number]
        return Webhook(SECRET).verify(heard.body, heard.headers)


@pytest.fixture
def other_side() -> Iterator[OtherSide]:
    """A listening server, configured as the endpoint ``partner``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            side.heard.append(Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = side.answers.pop(0) if side.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    side = OtherSide(f"http://127.0.0.1:{server.server_port}/hooks")
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    endpoints.configured[:] = [Endpoint("partner", side.url, SECRET)]
    yield side
    endpoints.configured.clear()
    server.shutdown()
    thread.join()
    server.server_close()


def recalled(cursor: int = 1) -> ReleaseRecalled:
    """Return an event."""
    return ReleaseRecalled(
        cursor=cursor,
        recall_id=uuid4(),
        tool_id=TOOL,
        kind="comic",
        scope="tool",
        releases=(RecalledRelease(locale="fr", number=2),),
        recalled_at=AT,
    )
