"""Is RabbitMQ used as a long film needs it? Each of these fails without the setting that it is about."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from foundation.jobs import publishing
from foundation.jobs.broker import LONGEST_RUN_S
from foundation.jobs.errors import QueueUnreachable
from foundation.jobs.models import Job, State
from foundation.jobs.publishing import Publisher
from tests.foundation.conftest import WorkerProcess
from tests.foundation.example.models import Trace
from tests.foundation.jobs.queue.test_brokers import all_succeeded, flush, held, notes
from tests.foundation.waiting import wait_until
from tests.servers.rabbitmq import RabbitMQ

StartWorker = Callable[..., WorkerProcess]


def test_queues_are_quorum_queues_with_limits(rabbit: RabbitMQ, publisher: Publisher) -> None:
    publisher.waiting("default")

    queue = rabbit.ask('rabbit_amqqueue:info_all(<<"/">>, [type, durable, arguments])')

    assert "{type,quorum},{durable,true}" in queue
    assert '{<<"x-delivery-limit">>,signedint,20}' in queue
    assert f'{{<<"x-consumer-timeout">>,signedint,{LONGEST_RUN_S * 1000}}}' in queue


def test_the_broker_we_ship_waits_for_the_longest_film(rabbit: RabbitMQ) -> None:
    assert rabbit.ask("application:get_env(rabbit, consumer_timeout)") == f"{{ok,{LONGEST_RUN_S * 1000}}}"


def test_a_killed_workers_message_goes_back(
    rabbit: RabbitMQ, publisher: Publisher, start_worker: StartWorker, tmp_path: Path
) -> None:
    worker = start_worker()
    worker.wait_until_ready()
    _, began, _ = held(tmp_path)
    wait_until(began.exists)
    assert publisher.waiting("default") == 0

    worker.kill()

    wait_until(lambda: publisher.waiting("default") == 1)


def test_work_goes_on_while_the_broker_is_full(rabbit: RabbitMQ, start_worker: StartWorker) -> None:
    """Everybody is connected and no message goes in, so none comes out."""
    start_worker().wait_until_ready()
    rabbit.ask("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []})")
    try:
        notes(3)
        wait_until(all_succeeded)
    finally:
        rabbit.ask("rabbit_alarm:clear_alarm({resource_limit, memory, node()})")


def test_a_broker_that_takes_nothing_confirms_nothing(
    rabbit: RabbitMQ, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RabbitMQ is full: it reads no more messages, and says nothing."""
    (job,) = notes(1)
    flush(rabbit.url)
    monkeypatch.setattr(publishing, "CONFIRM_S", 0.5)
    impatient = Publisher(rabbit.url, "example")
    rabbit.ask("rabbit_alarm:set_alarm({{resource_limit, memory, node()}, []})")
    try:
        with pytest.raises(QueueUnreachable):
            impatient.publish(job.id, "default")
    finally:
        rabbit.ask("rabbit_alarm:clear_alarm({resource_limit, memory, node()})")
        impatient.close()

    publisher.publish(job.id, "default")
    assert "{confirm,true}" in rabbit.ask("rabbit_channel:info_all([confirm])")


def test_a_broker_that_loses_patience_makes_no_job_run_twice(
    rabbit: RabbitMQ, start_worker: StartWorker, tmp_path: Path
) -> None:
    """Somebody's RabbitMQ with a short consumer_timeout: it delivers again; the lease decides."""
    rabbit.ask("application:set_env(rabbit, consumer_timeout, 500)")
    rabbit.ask("application:set_env(rabbit, channel_tick_interval, 200)")
    try:
        worker = start_worker("first")
        worker.wait_until_ready()
        job, began, until = held(tmp_path)
        wait_until(began.exists)
        start_worker("second").wait_until_ready()
        wait_until(lambda: "timed out waiting for" in (rabbit.folder / "log").read_text())
        notes(3)
        wait_until(all_succeeded)
        until.touch()
        wait_until(lambda: Job.objects.get(id=job.id).has_ended)
        worker.wait_until_ready()
    finally:
        rabbit.ask(f"application:set_env(rabbit, consumer_timeout, {LONGEST_RUN_S * 1000})")
        rabbit.ask("application:set_env(rabbit, channel_tick_interval, 60000)")

    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.SUCCEEDED, 1)
    assert Trace.objects.filter(what="held").count() == 1


def test_the_broker_hears_from_a_worker_during_a_long_job(
    rabbit: RabbitMQ, publisher: Publisher, start_worker: StartWorker, tmp_path: Path
) -> None:
    rabbit.ask("application:set_env(rabbit, heartbeat, 1)")  # the worker follows: the shorter of both holds
    try:
        start_worker().wait_until_ready()
        job, began, until = held(tmp_path)
        wait_until(began.exists)
        first_lease = Job.objects.get(id=job.id).lease_until
        assert first_lease is not None
        wait_until(lambda: Job.objects.filter(lease_until__gt=first_lease + timedelta(seconds=4)).exists())
        log = (rabbit.folder / "log").read_text()
    finally:
        rabbit.ask("application:set_env(rabbit, heartbeat, 60)")

    assert "missed heartbeats from client" not in log
    assert publisher.waiting("default") == 0
    until.touch()
