"""On which engines do the same tests run with ``--scale-out``? On servers started for the run, one place for each area.

``ENGINES`` tells tests that start whole instances where the servers are.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass

import psycopg

from tests.servers.postgres import Postgres, running_postgres
from tests.servers.rabbitmq import RabbitMQ, running_rabbitmq
from tests.servers.seaweedfs import SeaweedFS, running_seaweedfs
from tests.servers.starting import ServerMissing


class EnginesMissing(Exception):
    """A server can't be started here; the message says which."""


@dataclass(frozen=True)
class Engines:
    """Where the servers of a run are: ``postgres`` ends with a slash, ``s3`` has ``{name}`` for the buckets."""

    postgres: str
    rabbitmq: str
    s3: str


@contextmanager
def scale_out(areas: Iterable[str]) -> Iterator[dict[str, dict[str, str]]]:
    """Start the servers and yield the environment of each area; raises EnginesMissing."""
    with ExitStack() as stack:
        try:
            postgres = stack.enter_context(running_postgres())
            broker = stack.enter_context(running_rabbitmq())
            store = stack.enter_context(running_seaweedfs())
        except ServerMissing as missing:
            raise EnginesMissing(str(missing)) from missing
        yield {area: _environment(area, postgres, broker, store) for area in areas}


def _environment(area: str, postgres: Postgres, broker: RabbitMQ, store: SeaweedFS) -> dict[str, str]:
    broker.add_host(area)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{area}"')
    server = postgres.url.rpartition("/")[0] + "/"
    where = Engines(postgres=server, rabbitmq=broker.url_of(area), s3=store.url("{name}"))
    return {
        "DATABASE_URL": server + area,
        "QUEUE_URL": where.rabbitmq,
        "STORAGE_URL": store.url(area),
        "ENGINES": json.dumps(asdict(where)),
    }
