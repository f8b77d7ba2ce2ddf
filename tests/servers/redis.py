"""A real Redis for the tests that need one: a server in a temporary folder, gone afterwards.

A ``conftest.py`` that wants it says ``from tests.servers.redis import redis_server as redis_server``.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers.ports import free_port

_READY_S = 30


class RedisMissing(Exception):
    """This machine has no Redis that the tests could start."""


@dataclass
class Redis:
    """A server that writes down each command (``appendonly``), so its queues survive ``kill`` and ``start``."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the ``QUEUE_URL`` of this server."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server, on what it kept if it ran before, and wait until it answers; raises RedisMissing."""
        program = shutil.which("redis-server")
        if program is None:
            raise RedisMissing("no Redis server (package redis-server) on this machine")
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder), "--save", "")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (program, *options, "--appendonly", "yes", "--appendfsync", "always"),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait_until_ready()

    def kill(self) -> None:
        """End the server as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None

    def wipe(self) -> None:
        """Take a killed server's disk away: all it kept is lost."""
        shutil.rmtree(self.folder / "appendonlydir")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        while not _answers(self.port):
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                end = (self.folder / "log").read_text(errors="replace")[-300:]
                raise RedisMissing(f"Redis did not start: {end}")
            time.sleep(0.02)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A running Redis; skips where there is none."""
    try:
        with running_redis() as server:
            yield server
    except RedisMissing as missing:
        pytest.skip(str(missing))


@contextmanager
def running_redis() -> Iterator[Redis]:
    """Start a server in a temporary folder and yield it; RedisMissing where that can't be done."""
    folder = Path(tempfile.mkdtemp(prefix="make-it-safe-redis-"))
    server = Redis(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7).startswith(b"+PONG")
    except OSError:
        return False
