"""Which delivery API do the tests read issues from? A real HTTP server with the payloads the test puts there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit
from uuid import UUID

from foundation.contracts.newsletter import ReleaseReference
from foundation.contracts.release import ReleasePayload


@dataclass
class DeliveryApi:
    """``statuses`` overrides what a path answers; everything not stored is 404."""

    url: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def store(self, payload: ReleasePayload) -> ReleaseReference:
        """Release an issue; return how a campaign names it."""
        body = payload.model_dump_json().encode()
        self.bodies[f"/v1/tools/{payload.tool_id}/releases/{payload.locale}/{payload.number}"] = body
        return ReleaseReference(locale=payload.locale, number=payload.number, sha256=sha256(body).hexdigest())

    def has_tool(self, tool_id: UUID, *, status: int = 200) -> None:
        self.bodies[f"/v1/tools/{tool_id}"] = json.dumps({"tool_id": str(tool_id)}).encode()
        self.statuses[f"/v1/tools/{tool_id}"] = status


@contextmanager
def delivery_api() -> Iterator[DeliveryApi]:
    api = DeliveryApi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            api.asked.append(self.path)
            path = urlsplit(self.path).path
            body = api.bodies.get(path)
            self.send_response(api.statuses.get(path, 200 if body else 404))
            self.end_headers()
            self.wfile.write(body or b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
