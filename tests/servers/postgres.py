"""A real PostgreSQL for the tests that need one: a fresh cluster in a temporary folder, gone afterwards.

A ``conftest.py`` that wants it says ``from tests.servers.postgres import postgres_url as postgres_url``.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers.ports import free_port

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/bin", "/usr/bin")
_FAST = "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\nmax_connections=60\nshared_buffers=64MB\n"
_OWNER = "postgres"


class PostgresMissing(Exception):
    """This machine has no PostgreSQL server that the tests could start."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A ``DATABASE_URL`` of a running server whose user may create databases; skips where there is no server."""
    try:
        with running_postgres() as url:
            yield url
    except PostgresMissing as missing:
        pytest.skip(str(missing))


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server on a free port of the loopback and yield its URL; PostgresMissing where that can't be done."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="make-it-safe-postgres-"))
    try:
        with _served(programs, folder, free_port()) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(programs: Path, folder: Path, port: int) -> Iterator[str]:
    if os.getuid() == 0:
        shutil.chown(folder, **_server_user())
    data, url = folder / "data", f"postgresql://{_OWNER}@127.0.0.1:{port}/postgres"
    initdb = (programs / "initdb", "-D", data, "-U", _OWNER, "--auth=trust", "--no-sync", "-E", "UTF8")
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", **_server_user())
    with (data / "postgresql.conf").open("a") as stream:
        stream.write(f"port={port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\n{_FAST}")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            (programs / "postgres", "-D", data), stdout=log, stderr=log, cwd="/", **_server_user()
        )
    try:
        _wait_until_ready(url, server, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth keeping
        server.wait(30)


def _wait_until_ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise PostgresMissing(f"PostgreSQL did not start: {log.read_text()[-300:]}") from error
            time.sleep(0.05)


def _programs() -> Path:
    found = [path.parent for place in _PLACES for path in sorted(Path("/").glob(f"{place[1:]}/initdb"))]
    if not found:
        raise PostgresMissing("no PostgreSQL server programs (initdb, pg_ctl) on this machine")
    return found[-1]


def _server_user() -> dict[str, Any]:
    """Return whom the server runs as, for subprocess and chown: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissing("PostgreSQL refuses to run as root and there is no user postgres") from None
    return {"user": entry.pw_uid, "group": entry.pw_gid}
