"""Does a request ever wait for a queue?"""

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from foundation.jobs import publishing
from foundation.jobs.actions import submit
from foundation.jobs.dispatch import dispatcher_for
from foundation.jobs.models import Job
from foundation.jobs.publishing import Publisher, QueueDispatcher
from tests.foundation.example.jobs import Note
from tests.foundation.jobs.queue.test_brokers import flush, kill, notes
from tests.foundation.waiting import wait_until
from tests.servers.rabbitmq import RabbitMQ


@pytest.fixture
def silence() -> Iterator[socket.socket]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        yield server


def is_open(connection: socket.socket) -> bool:
    """Say whether the other side still waits for us."""
    connection.setblocking(False)
    try:
        return all(connection.recv(1000) for _ in range(10))
    except BlockingIOError:
        return True


@pytest.mark.django_db(transaction=True)
def test_submitting_does_not_wait_for_a_broker_that_says_nothing(settings: Settings, silence: socket.socket) -> None:
    settings.QUEUE_URL = f"amqp://127.0.0.1:{silence.getsockname()[1]}//"

    submit("example.note", Note())
    connection, _ = silence.accept()
    notes(20)

    with connection:
        assert is_open(connection)  # the publisher waits, and we are here
    assert Job.objects.count() == 21
    close(settings.QUEUE_URL)


def test_nothing_is_tried_while_the_queue_is_known_to_be_down(
    rabbit: RabbitMQ, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PAUSE_S", 600)
    dispatcher = dispatcher_for(rabbit.url)
    assert isinstance(dispatcher, QueueDispatcher)
    kill(rabbit)
    notes(1)
    wait_until(lambda: dispatcher.is_silent)

    rabbit.start()
    notes(3)
    flush(rabbit.url)

    assert publisher.waiting("default") == 0


def test_the_messages_of_a_process_that_ends_are_not_lost(rabbit: RabbitMQ, publisher: Publisher) -> None:
    notes(50)

    flush(rabbit.url)  # as its last act

    assert publisher.waiting("default") == 50


def close(url: str) -> None:
    dispatcher = dispatcher_for(url)
    assert isinstance(dispatcher, QueueDispatcher)
    dispatcher.close()
    dispatcher_for.cache_clear()
