"""A real PostgreSQL for the tests that need one: a fresh cluster in a temporary folder, gone afterwards.

A ``conftest.py`` that wants it says ``from tests.servers.postgres import postgres_url as postgres_url``.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers.ports import free_port
from tests.servers.starting import ServerMissing, or_skipped, temporary_folder, wait_until_answering

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/bin", "/usr/bin")
_SIZE = "max_connections=100\nshared_buffers=64MB\n"
_FAST = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\n"
_OWNER = "postgres"


@dataclass
class Postgres:
    """A server whose data survive ``kill`` and ``start``; ``durable`` keeps fsync on, as in production.

    With a ``primary`` it begins as a copy of that server, and follows it (hot standby, streaming replication).
    """

    folder: Path
    port: int = field(default_factory=free_port)
    durable: bool = False
    primary: "Postgres | None" = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return the ``DATABASE_URL`` of the database postgres; its user may create others."""
        return f"postgresql://{_OWNER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server, on the data of the last time if there are any, and wait until it answers.

        Raises ServerMissing.
        """
        data = self.folder / "data"
        if not data.exists():
            self._make(data)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (_programs() / "postgres", "-D", data),
                stdout=log,
                stderr=log,
                cwd="/",
                **_server_user(),
            )
        wait_until_answering(self, self._answers)

    def kill(self) -> None:
        """End the server as a power cut does: all its processes at once."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no more children
        children = _children_of(self.process.pid)
        for pid in (self.process.pid, *children):
            _kill(pid)
        self.process.wait(30)
        self.process = None
        _wait_until_gone(children)

    def stop(self) -> None:
        """End the server at once and in order; nothing in it is worth keeping."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)
            self.process = None

    def _make(self, data: Path) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, **_server_user())
        where = f"port={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\n"
        if self.primary:
            program = _programs("pg_basebackup") / "pg_basebackup"
            copy = (program, "-D", data, "-d", self.primary.url, "-R", "-c", "fast", "--no-sync")
            subprocess.run(copy, check=True, cwd="/", **_server_user())
            _append(data, where)
            return
        initdb = (_programs() / "initdb", "-D", data, "-U", _OWNER, "--auth=trust", "--no-sync", "-E", "UTF8")
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", **_server_user())
        _append(data, where + _SIZE + ("" if self.durable else _FAST))

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A ``DATABASE_URL`` of a running server whose user may create databases; skips where there is no server."""
    with or_skipped(), running_postgres() as server:
        yield server.url


@contextmanager
def running_postgres(*, durable: bool = False, primary: Postgres | None = None) -> Iterator[Postgres]:
    """Start a server in a temporary folder and yield it; ServerMissing where that can't be done."""
    with temporary_folder("postgres") as folder:
        server = Postgres(folder, durable=durable, primary=primary)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _append(data: Path, lines: str) -> None:
    with (data / "postgresql.conf").open("a") as stream:
        stream.write(lines)


def _programs(needed: str = "initdb") -> Path:
    found = [path.parent for place in _PLACES for path in sorted(Path("/").glob(f"{place[1:]}/{needed}"))]
    if not found:
        raise ServerMissing(f"no PostgreSQL server programs ({needed}) on this machine")
    return found[-1]


def _server_user() -> dict[str, Any]:
    """Return whom the server runs as, for subprocess and chown: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise ServerMissing("PostgreSQL refuses to run as root and there is no user postgres") from None
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _children_of(pid: int) -> list[int]:
    return [child for child, parent, _ in _processes() if parent == pid]


def _wait_until_gone(pids: list[int]) -> None:
    """Wait until none of ``pids`` can write any more: the next server must not meet them on its data."""
    deadline = time.monotonic() + 30
    while any(pid in pids and state != "Z" for pid, _, state in _processes()):
        if time.monotonic() > deadline:
            raise TimeoutError("Killed processes of PostgreSQL do not go away.")
        time.sleep(0.01)


def _processes() -> list[tuple[int, int, str]]:
    """Return number, parent and state of every process."""
    found = subprocess.run(("ps", "-eo", "pid=,ppid=,state="), capture_output=True, text=True, check=True)
    lines = (line.split() for line in found.stdout.splitlines())
    return [(int(pid), int(parent), state) for pid, parent, state in lines]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # gone by itself
