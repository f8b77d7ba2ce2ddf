"""How do the tests of the queue get one? A real RabbitMQ and a real Redis, empty, over which QUEUE_URL leads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from pytest_django import Settings

from foundation.jobs.broker import app_for, queue_name
from foundation.jobs.dispatch import dispatcher_for
from foundation.jobs.publishing import Publisher, QueueDispatcher
from foundation.jobs.registry import LANES
from foundation.jobs.timetable import Timetable
from foundation.jobs.worker import run_until_idle
from tests.servers.rabbitmq import RabbitMQ, running_rabbitmq
from tests.servers.redis import Redis
from tests.servers.redis import redis_server as redis_server
from tests.servers.starting import or_skipped

Broker = RabbitMQ | Redis


@pytest.fixture(scope="session")
def rabbitmq(repository: Path) -> Iterator[RabbitMQ]:
    """A RabbitMQ with the configuration that we ship."""
    with or_skipped(), running_rabbitmq((repository / "infra/docker/rabbitmq.conf").read_text()) as server:
        yield server


@pytest.fixture(params=["rabbitmq", "redis_server"])
def broker(request: pytest.FixtureRequest, settings: Settings, transactional_db: None) -> Iterator[Broker]:
    """Each of the two, with no queue left of another test."""
    yield from use(request.getfixturevalue(request.param), settings)


@pytest.fixture
def rabbit(rabbitmq: RabbitMQ, settings: Settings, transactional_db: None) -> Iterator[RabbitMQ]:
    """The RabbitMQ, as ``broker`` has it."""
    for server in use(rabbitmq, settings):
        assert isinstance(server, RabbitMQ)
        yield server


@pytest.fixture
def redis_queue(redis_server: Redis, settings: Settings, transactional_db: None) -> Iterator[Redis]:
    """The Redis, as ``broker`` has it."""
    for server in use(redis_server, settings):
        assert isinstance(server, Redis)
        yield server


@pytest.fixture
def publisher(settings: Settings) -> Iterator[Publisher]:
    """A connection of the test's own to the queue that ``broker`` or ``rabbit`` chose."""
    publisher = Publisher(settings.QUEUE_URL, settings.DEPLOYABLE)
    yield publisher
    publisher.close()


def use(server: Any, settings: Settings) -> Iterator[Broker]:
    if server.process is None:
        server.start()
    forget(server)
    run_periodic_jobs()
    settings.QUEUE_URL = server.url
    yield server
    dispatcher = dispatcher_for(server.url)
    assert isinstance(dispatcher, QueueDispatcher)
    dispatcher.close()
    dispatcher_for.cache_clear()


def forget(server: Broker) -> None:
    """Take the queues of other tests away, and what lies unacknowledged."""
    if isinstance(server, Redis):
        with redis.Redis.from_url(server.url) as client:
            client.flushall()
        return
    app = app_for(server.url, "example", LANES)
    with app.connection_for_write() as connection:
        for lane in LANES:
            app.amqp.queues[queue_name("example", lane)].bind(connection.default_channel).delete()


def run_periodic_jobs() -> None:
    """Have those of this period behind us, so that a test meets no messages but its own."""
    Timetable().submit_due()
    run_until_idle()
