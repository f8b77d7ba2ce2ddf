"""Does the API read from a replica without ever serving what was recalled? A real one, which streams from a primary."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.cms.delivery.replica_steps import TOOL
from tests.foundation.waiting import wait_until
from tests.servers.ports import free_port
from tests.servers.postgres import Postgres, running_postgres
from tests.servers.starting import or_skipped

READ_BY = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cms delivery serve'"


@pytest.fixture
def primary() -> Iterator[Postgres]:
    with or_skipped(), running_postgres() as server:
        take_steps(server, "tables", "release")
        yield server


@pytest.fixture
def replica(primary: Postgres) -> Iterator[Postgres]:
    with running_postgres(primary=primary) as server:
        yield server


@contextmanager
def delivery(primary: Postgres, replica: Postgres) -> Iterator[str]:
    """A delivery process that reads from the replica; the address of the one release there is."""
    port = free_port()
    environment = environment_of(primary) | {"DATABASE_REPLICA_URL": replica.url}
    serve = ("-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "2")
    process = subprocess.Popen((sys.executable, *serve, "cms.config.wsgi:application"), env=environment)
    url = f"http://127.0.0.1:{port}/v1/tools/{TOOL}/releases/en/1"
    try:
        wait_until(lambda: status(url) == 200)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def test_the_replica_answers_alone_and_a_recall_wins_however_far_it_lags(primary: Postgres, replica: Postgres) -> None:
    with delivery(primary, replica) as url:
        wait_until(lambda: int(asked(replica, READ_BY)) > 0)
        wait_until(lambda: measured(url) == (0, True), limit_s=40)  # answers are kept for some seconds

        asked(replica, "SELECT pg_wal_replay_pause()")
        take_steps(primary, "recall")
        wait_until(lambda: status(url) == 410, limit_s=5)
        assert {status(url) for _ in range(20)} == {410}
        wait_until(lambda: measured(url)[0] > 0 and not measured(url)[1], limit_s=40)

        asked(replica, "SELECT pg_wal_replay_resume()")
        wait_until(lambda: asked(replica, "SELECT value FROM releases_feedposition") == "2")
        primary.kill()
        wait_until(lambda: status(url) == 410)
        assert {status(url) for _ in range(20)} == {410}


def test_each_of_the_two_may_die(primary: Postgres, replica: Postgres) -> None:
    with delivery(primary, replica) as url:
        primary.kill()
        assert {status(url) for _ in range(20)} == {200}

        primary.start()
        replica.kill()
        wait_until(lambda: status(url) == 200)

        take_steps(primary, "recall")
        wait_until(lambda: status(url) == 410)
        replica.start()
        wait_until(lambda: int(asked(replica, READ_BY)) > 0)
        assert status(url) == 410


def status(url: str) -> int:
    try:
        return httpx.get(url, timeout=15, trust_env=False).status_code
    except httpx.HTTPError:
        return 0


def measured(url: str) -> tuple[float, bool]:
    """Return how far the process says the replica is behind, and whether it reads from it."""
    text = httpx.get(httpx.URL(url).join("/metrics"), timeout=15, trust_env=False).text
    found = dict(re.findall(r"^(mis_replica_lag_seconds|mis_reads_from_replica) (\S+)$", text, re.MULTILINE))
    return float(found["mis_replica_lag_seconds"]), found["mis_reads_from_replica"] == "1.0"


def asked(server: Postgres, sql: str) -> str:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(sql.encode()).fetchone()
    return str(row[0]) if row else ""


def take_steps(primary: Postgres, *steps: str) -> None:
    command = (sys.executable, "-m", "tests.cms.delivery.replica_steps", *steps)
    subprocess.run(command, env=environment_of(primary), check=True)


def environment_of(primary: Postgres) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "cms.config.settings",
        "CMS_ROLE": "delivery",
        "DATABASE_URL": primary.url,
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }
