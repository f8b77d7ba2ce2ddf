"""Which servers does the chaos run on? A durable PostgreSQL, a RabbitMQ and a SeaweedFS, started at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

from tests.servers.postgres import Postgres, running_postgres
from tests.servers.rabbitmq import RabbitMQ, running_rabbitmq
from tests.servers.seaweedfs import SeaweedFS, running_seaweedfs

BUCKETS = "chaos"


@dataclass(frozen=True)
class Engines:
    """The servers everything runs on; each survives ``kill`` and ``start``."""

    database: Postgres
    broker: RabbitMQ
    store: SeaweedFS

    def database_url(self, name: str) -> str:
        return self.database.url.rpartition("/")[0] + f"/{name}"

    def queue_url(self, host: str) -> str:
        return self.broker.url_of(host)

    @property
    def storage_url(self) -> str:
        return self.store.url(BUCKETS)


@contextmanager
def running_engines(*names: str) -> Iterator[Engines]:
    """Yield servers with a database and a virtual host for each of ``names``; raises what says that one is missing."""
    with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
        starting = [
            pool.submit(stack.enter_context, server)
            for server in (running_postgres(durable=True), running_rabbitmq(), running_seaweedfs())
        ]
        database, broker, store = (server.result() for server in starting)
        engines = Engines(database, broker, store)  # type: ignore[arg-type]
        with psycopg.connect(engines.database.url, autocommit=True) as connection:
            for name in names:
                connection.execute(f'CREATE DATABASE "{name}"')
                engines.broker.add_host(name)
        yield engines
