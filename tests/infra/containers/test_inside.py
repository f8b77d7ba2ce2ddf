"""What runs in our containers beside the programs: is health told truly, do preparations wait?"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg
import pytest

from infra.docker import healthy
from infra.docker.prepare import LOCK, alone
from tests.foundation.waiting import wait_until
from tests.servers.ports import free_port
from tests.servers.postgres import postgres_url as postgres_url


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    """Answer every request so, and yield the port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_process_that_is_ready_is_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(200, b'{"status": "ready"}') as port:
        assert healthy.main(port) == 0
    assert capsys.readouterr().out == ""


def test_one_that_is_not_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(503, b'{"missing": ["The database is away."]}') as port:
        assert healthy.main(port) == 1
    assert "The database is away." in capsys.readouterr().out


def test_one_that_does_not_answer_is_not_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()

    assert healthy.main(port) == 1
    assert capsys.readouterr().out == f"Nothing answers on port {port} (ConnectionRefusedError).\n"


def test_of_two_preparations_one_waits_for_the_other(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as watching:

        def may_begin() -> bool:
            row = watching.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
            assert row is not None
            return bool(row[0])

        with alone(postgres_url):
            during = may_begin()
        wait_until(may_begin)  # the server notices a moment later that the first one has ended

    assert during is False
