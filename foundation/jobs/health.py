"""Is this worker alive, and can it work? A worker has no web server, so it answers by a thread on the loopback."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from django.db import connection

from foundation.web.checks import database_ready, migrations_applied
from foundation.web.health import failures

if TYPE_CHECKING:
    from foundation.jobs.worker import Worker


def serve_health(worker: "Worker", port: int) -> ThreadingHTTPServer:
    """Answer ``/healthz`` and ``/readyz`` on ``127.0.0.1:port`` from now on; OSError if the port is taken."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/healthz":
                self._send(200, {"status": "alive"})
            elif self.path == "/readyz":
                missing = what_is_missing(worker)
                self._send(503 if missing else 200, {"status": "unready" if missing else "ready", "missing": missing})
            else:
                self._send(404, {"status": "unknown"})

        do_HEAD = do_GET  # noqa: N815 - the name http.server calls

        def _send(self, status: int, body: dict[str, object]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: health is asked for every few seconds."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def what_is_missing(worker: "Worker") -> list[str]:
    """Return what keeps the worker from working, as sentences."""
    try:
        missing = failures((database_ready, migrations_applied))
    finally:
        connection.close()  # each answer has a thread of its own
    stuck = [f"The lane {lane.lane} is stuck; restart the worker." for lane in worker.lanes if lane.is_stuck]
    return missing + stuck
