"""Do workers go on by themselves when their database was away? On PostgreSQL, pooled, over RabbitMQ."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.foundation.waiting import wait_until
from tests.servers.postgres import Postgres, running_postgres
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.starting import or_skipped

MANAGE = (sys.executable, "-m", "tests.foundation.example.manage")
NOTES = """
from foundation.jobs.actions import submit
from tests.foundation.example.jobs import Note
for number in range(3): submit("example.note", Note(what=str(number)))
"""


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with or_skipped(), running_postgres(durable=True) as server:
        yield server


@contextmanager
def working(environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen((*MANAGE, "work"), env=environment)
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


def test_a_worker_outlives_its_database(rabbit: RabbitMQ, postgres: Postgres) -> None:
    module = {"DJANGO_SETTINGS_MODULE": "tests.foundation.settings"}
    environment = os.environ | module | {"DATABASE_URL": postgres.url, "QUEUE_URL": rabbit.url}
    run: Callable[..., object] = lambda *command: subprocess.run((*MANAGE, *command), env=environment, check=True)  # noqa: E731
    run("migrate", "--verbosity", "0")

    with working(environment):
        run("shell", "--no-imports", "-c", NOTES)
        wait_until(lambda: traces(postgres) == 3)
        postgres.kill()
        postgres.start()
        run("shell", "--no-imports", "-c", NOTES)
        wait_until(lambda: traces(postgres) == 6, limit_s=40)
        names = application_names(postgres)

    assert names == {"example work"}


def traces(postgres: Postgres) -> int:
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute("SELECT count(*) FROM example_trace WHERE what <> 'tick'").fetchone()
    return int(row[0]) if row else 0


def application_names(postgres: Postgres) -> set[str]:
    with psycopg.connect(postgres.url) as connection:
        rows = connection.execute("SELECT application_name FROM pg_stat_activity WHERE application_name ~ '^example'")
        return {row[0] for row in rows}
