"""How does the transcoder look from the CMS? A small server that speaks its contract, and does what a test says."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from foundation.contracts.transcoding import FilmManifest, TranscodeRequest, TranscodeStatus


class TranscoderTwin:
    """Takes orders, remembers them, and answers what it was told to. ``is_down`` makes it answer 503."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.is_down = False
        self.orders: dict[str, TranscodeRequest] = {}
        self.statuses: dict[UUID, TranscodeStatus] = {}
        self.cancelled: list[UUID] = []
        self.asked: list[str] = []
        self._jobs: dict[str, UUID] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "TranscoderTwin":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def tell(self, job_id: UUID, state: Any, **fields: Any) -> TranscodeStatus:
        """Let the job stand at ``state``, one version later; return the status, as a webhook would carry it."""
        before = self.statuses[job_id]
        changes = {"state": state, "version": before.version + 1, **fields}
        self.statuses[job_id] = before.model_copy(update=changes)
        return self.statuses[job_id]

    def succeed(self, job_id: UUID, manifest: FilmManifest) -> TranscodeStatus:
        return self.tell(job_id, "succeeded", stage="publish", progress=1.0, manifest=manifest)

    def order(self, key: str, request: TranscodeRequest) -> tuple[int, TranscodeStatus | None]:
        """Answer as the contract says: 202 for a new order, 200 for a known one, 409 for another body."""
        if key in self.orders:
            known = self.orders[key] == request
            return (200, self.statuses[self._jobs[key]]) if known else (409, None)
        self.orders[key] = request
        job_id = self._jobs[key] = uuid4()
        self.statuses[job_id] = TranscodeStatus(
            job_id=job_id,
            version=1,
            state="queued",
            stage="queued",
            progress=0,
            source_sha256=request.source_sha256,
            changed_at=datetime.now(UTC),
        )
        return 202, self.statuses[job_id]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        return type("TwinHandler", (_Handler,), {"twin": self})


class _Handler(BaseHTTPRequestHandler):
    twin: TranscoderTwin

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if not self._may_go_on():
            return
        if self.path.endswith("/cancel"):
            self.twin.cancelled.append(UUID(self.path.split("/")[-2]))
            self._answer(202, None)
            return
        request = TranscodeRequest.model_validate_json(body)
        self._answer(*self.twin.order(self.headers["Idempotency-Key"], request))

    def do_GET(self) -> None:
        if self._may_go_on():
            status = self.twin.statuses.get(UUID(self.path.rpartition("/")[2]))
            self._answer(200 if status else 404, status)

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _may_go_on(self) -> bool:
        self.twin.asked.append(f"{self.command} {self.path}")
        if self.headers.get("Authorization") != f"Bearer {self.twin.key}":
            self._answer(401, None)
            return False
        if self.twin.is_down:
            self._answer(503, None)
            return False
        return True

    def _answer(self, code: int, status: TranscodeStatus | None) -> None:
        body = status.model_dump_json().encode() if status else json.dumps({"status": code}).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
