"""A real Redis for the tests that need one: a server in a temporary folder, gone afterwards.

A ``conftest.py`` that wants it says ``from tests.servers.redis import redis_server as redis_server``.
"""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers.ports import free_port
from tests.servers.starting import ServerMissing, or_skipped, temporary_folder, wait_until_answering


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
        """Start the server, on what it kept if it ran before, and wait until it answers; raises ServerMissing."""
        program = shutil.which("redis-server")
        if program is None:
            raise ServerMissing("no Redis server (package redis-server) on this machine")
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder), "--save", "")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (program, *options, "--appendonly", "yes", "--appendfsync", "always"),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        wait_until_answering(self, lambda: _answers(self.port))

    def kill(self) -> None:
        """End the server as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)
            self.process = None

    def wipe(self) -> None:
        """Take a killed server's disk away: all it kept is lost."""
        shutil.rmtree(self.folder / "appendonlydir")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A running Redis; skips where there is none."""
    with or_skipped(), running_redis() as server:
        yield server


@contextmanager
def running_redis() -> Iterator[Redis]:
    """Start a server in a temporary folder and yield it; ServerMissing where that can't be done."""
    with temporary_folder("redis") as folder:
        server = Redis(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7).startswith(b"+PONG")
    except OSError:
        return False
