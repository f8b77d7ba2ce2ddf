"""Is this worker alive, and can it work? A worker has no web server, so it answers by a thread on the loopback."""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from foundation.web.checks import database_ready, migrations_applied
from foundation.web.health import failures
from foundation.web.metrics.access import refusal
from foundation.web.metrics.counting import Gauge

if TYPE_CHECKING:
    from foundation.jobs.worker import Worker


def serve_health(worker: "Worker", port: int) -> ThreadingHTTPServer:
    """Answer on ``HEALTH_ADDRESS:port`` from now on; OSError if the port is taken."""
    answer = partial(Answer, worker)
    server = ThreadingHTTPServer((settings.HEALTH_ADDRESS, port), answer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


class Answer(BaseHTTPRequestHandler):
    """One answer: ``/healthz``, ``/readyz``, or ``/metrics`` for who may read it."""

    def __init__(self, worker: "Worker", *args: Any) -> None:
        self._worker = worker
        super().__init__(*args)

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._tell(200, {"status": "alive"})
        elif self.path == "/readyz":
            missing = what_is_missing(self._worker)
            self._tell(503 if missing else 200, {"status": "unready" if missing else "ready", "missing": missing})
        elif self.path != "/metrics":
            self._tell(404, {"status": "unknown"})
        elif reason := refusal(dict(self.headers), peer=str(self.client_address[0])):
            self._tell(403, {"status": "refused", "reason": reason})
        else:
            self._write(200, *numbers_of(self._worker))

    do_HEAD = do_GET  # noqa: N815 - the name http.server calls

    def _tell(self, status: int, body: dict[str, object]) -> None:
        self._write(status, json.dumps(body).encode(), "application/json")

    def _write(self, status: int, content: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: health is asked for every few seconds."""


def numbers_of(worker: "Worker") -> tuple[bytes, str]:
    """Return the metrics of the worker and their media type."""
    from foundation.web.metrics.exposition import exposition  # 4 MB that a worker nobody scrapes should not pay

    try:
        return exposition(lanes_of(worker))
    finally:
        connection.close()  # each answer has a thread of its own


def lanes_of(worker: "Worker") -> tuple[Gauge, ...]:
    """Return which lanes work on something now, and which are stuck."""
    busy = tuple(((lane.lane,), float(lane.current is not None)) for lane in worker.lanes)
    stuck = tuple(((lane.lane,), float(lane.is_stuck)) for lane in worker.lanes)
    return (
        Gauge("mis_worker_lane_busy", "1 while the lane runs a job.", ("lane",), busy),
        Gauge("mis_worker_lane_stuck", "1 when the lane neither works nor asks for work.", ("lane",), stuck),
    )


def what_is_missing(worker: "Worker") -> list[str]:
    """Return what keeps the worker from working, as sentences."""
    try:
        missing = failures((database_ready, migrations_applied))
    finally:
        connection.close()  # each answer has a thread of its own
    return missing + [lane.complaint for lane in worker.lanes if lane.complaint]
